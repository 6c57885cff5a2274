import pytest

from engine.apiserver.admission.service_account import MIRROR, MOUNT_PATH, ServiceAccount
from tests.engine.apiserver.admission.asking import admitted, named, pod, refusal

DEFAULT = named("ServiceAccount", "default", "shop")
MOUNT = {"name": "kube-api-access-abcde", "readOnly": True, "mountPath": MOUNT_PATH}


def test_a_pod_runs_as_the_default_account_and_mounts_its_token_in_every_container():
    found = admitted(ServiceAccount(), "pods", pod(initContainers=[{"name": "i"}]), DEFAULT)
    spec = found["spec"]
    assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("default", "default")
    assert spec["containers"][0]["volumeMounts"] == [MOUNT]
    assert spec["initContainers"][0]["volumeMounts"] == [MOUNT]
    assert [volume["name"] for volume in spec["volumes"]] == ["kube-api-access-abcde"]
    sources = spec["volumes"][0]["projected"]["sources"]
    assert sources[0] == {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}


def test_a_mount_in_the_tokens_place_keeps_it_out():
    own = {"name": "mine", "mountPath": MOUNT_PATH}
    found = admitted(ServiceAccount(), "pods", pod({"name": "a", "volumeMounts": [own]}), DEFAULT)
    assert found["spec"]["containers"][0]["volumeMounts"] == [own]
    assert "volumes" not in found["spec"]


def test_a_token_volume_that_is_there_is_used():
    volume = {"name": "kube-api-access-zzzzz", "projected": {}}
    found = admitted(ServiceAccount(), "pods", pod(volumes=[volume]), DEFAULT)
    assert found["spec"]["volumes"] == [volume]
    assert found["spec"]["containers"][0]["volumeMounts"][0]["name"] == "kube-api-access-zzzzz"


@pytest.mark.parametrize(
    ("of_pod", "of_account", "mounts"),
    [(None, None, True), (None, False, False), (True, False, True), (False, True, False)],
)
def test_the_pod_says_first_whether_the_token_is_mounted(of_pod, of_account, mounts):
    said = {} if of_pod is None else {"automountServiceAccountToken": of_pod}
    given = {} if of_account is None else {"automountServiceAccountToken": of_account}
    account = named("ServiceAccount", "default", "shop", **given)
    found = admitted(ServiceAccount(), "pods", pod(**said), account)
    assert ("volumes" in found["spec"]) is mounts


def test_of_an_account_that_is_not_known_nothing_is_presumed():
    found = admitted(ServiceAccount(), "pods", pod(), whole=False)
    assert found["spec"]["serviceAccountName"] == "default"
    assert "volumes" not in found["spec"]


def test_a_pod_without_pull_secrets_gets_the_accounts():
    account = named("ServiceAccount", "default", "shop", imagePullSecrets=[{"name": "hub"}])
    found = admitted(ServiceAccount(), "pods", pod(), account)
    assert found["spec"]["imagePullSecrets"] == [{"name": "hub"}]
    own = admitted(ServiceAccount(), "pods", pod(imagePullSecrets=[{"name": "x"}]), account)
    assert own["spec"]["imagePullSecrets"] == [{"name": "x"}]


def test_a_pod_whose_account_is_absent_is_refused():
    assert refusal(ServiceAccount(), "pods", pod(serviceAccountName="robot")) == (
        'pods "web" is forbidden: error looking up service account shop/robot: '
        'serviceaccount "robot" not found'
    )


def test_an_account_can_keep_its_pods_from_other_secrets():
    account = named("ServiceAccount", "default", "shop", secrets=[{"name": "mine"}])
    account["metadata"]["annotations"] = {"kubernetes.io/enforce-mountable-secrets": "true"}
    secret = {"name": "s", "secret": {"secretName": "other"}}
    assert refusal(ServiceAccount(), "pods", pod(volumes=[secret]), account) == (
        'pods "web" is forbidden: volume with secret.secretName="other" is not allowed because '
        "service account default does not reference that secret"
    )


def test_a_mirror_pod_has_no_account():
    mirror = pod(serviceAccountName="default")
    mirror["metadata"]["annotations"] = {MIRROR: "x"}
    assert refusal(ServiceAccount(), "pods", mirror) == (
        'pods "web" is forbidden: a mirror pod may not reference service accounts'
    )
