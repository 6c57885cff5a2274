from pathlib import Path

import engine.apiserver.admission.registry as registry
from engine.apiserver.admission.options import Options
from engine.apiserver.admission.registry import OFF, all_plugins, chain_of


def names(options):
    return [plugin.name for plugin in chain_of(options).plugins]


def test_plugins_run_in_kubernetes_order_and_some_only_where_they_are_enabled():
    assert names(Options()) == [
        "NamespaceLifecycle", "LimitRanger", "ServiceAccount", "TaintNodesByCondition", "Priority",
        "DefaultTolerationSeconds", "DefaultStorageClass", "StorageObjectInUseProtection",
        "PersistentVolumeClaimResize", "RuntimeClass", "CertificateSubjectRestriction",
        "DefaultIngressClass", "PodTopologyLabels", "ResourceQuota",
    ]  # fmt: skip
    assert "NodeRestriction" in names(Options(enabled=("NodeRestriction",)))
    assert "Priority" not in names(Options(disabled=("Priority",)))


def test_every_plugin_that_is_off_is_known():
    assert {plugin.name for plugin in all_plugins(Options())} >= OFF


def test_every_plugin_is_registered():
    folder = Path(registry.__file__).parent
    known = {type(plugin).__module__.rpartition(".")[2] for plugin in all_plugins(Options())}
    written = {file.stem for file in folder.glob("*.py") if "(Plugin):" in file.read_text("utf-8")}
    assert written == known
