"""What a PersistentVolume is made from, where that is asked more than of a pod's volume.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, each, forbidden, invalid, required
from engine.apiserver.validation.names import is_dns1123_label, is_dns1123_subdomain, size
from engine.apiserver.validation.paths import validate_no_backsteps
from engine.apiserver.validation.pods import volume_sources as of_pods

Source = Mapping[str, Any]
Check = Callable[[Source, Path], list[FieldError]]

_MORE_THAN_ONE = "may not specify more than 1 volume type"
_ISCSI_TOO_LONG = (
    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
    "iscsi.initiatorName is specified."
)
# Kubernetes' own spelling of some fields in messages.
_NAME_OF_SURPLUS = {"cephfs": "cephFS"}
_NAME_OF_CHECKED = {"gcePersistentDisk": "persistentDisk"}


def validate_source(spec: Source, volume_name: str, path: Path) -> list[FieldError]:
    """The one source of a volume; `volume_name` is the volume's."""
    given = [name for name in _CHECKS if spec.get(name) is not None]
    if not given:
        return [required(path, "must specify a volume type")]
    errors: list[FieldError] = []
    for name in given:
        surplus = name != given[0] and name != "flexVolume"
        if surplus:
            surplus_path = path.child(_NAME_OF_SURPLUS.get(name, name))
            errors.append(forbidden(surplus_path, _MORE_THAN_ONE))
            continue
        source_path = path.child(_NAME_OF_CHECKED.get(name, name))
        if name == "iscsi":
            errors += _validate_iscsi(spec[name], volume_name, source_path)
        else:
            errors += _CHECKS[name](spec[name], source_path)
        if name == "local" and not has_node_affinity(spec):
            explanation = "Local volume requires node affinity"
            errors.append(required(path.child("nodeAffinity"), explanation))
    return errors


def has_node_affinity(spec: Source) -> bool:
    return (spec.get("nodeAffinity") or {}).get("required") is not None


def _validate_glusterfs(source: Source, path: Path) -> list[FieldError]:
    errors = of_pods.requiring("endpoints", "path")(source, path)
    namespace, namespace_path = source.get("endpointsNamespace"), path.child("endpointsNamespace")
    if namespace == "":
        explanation = "if the endpointnamespace is set, it must be a valid namespace name"
        errors.append(invalid(namespace_path, namespace, explanation))
    elif namespace is not None:
        errors += each(namespace_path, namespace, is_dns1123_label(namespace))
    return errors


def _validate_iscsi(source: Source, volume_name: str, path: Path) -> list[FieldError]:
    portal, iqn, initiator = source.get("targetPortal", ""), source.get("iqn"), None
    errors = [] if portal else [required(path.child("targetPortal"))]
    initiator = source.get("initiatorName")
    if initiator is not None and size(f"{volume_name}:{portal}") > 64:
        errors.append(invalid(path.child("targetportal"), portal, _ISCSI_TOO_LONG))
    errors += _validate_initiator(iqn, path.child("iqn")) if iqn else [required(path.child("iqn"))]
    errors += of_pods.validate_lun(source.get("lun", 0), path.child("lun"))
    authenticated = source.get("chapAuthDiscovery") or source.get("chapAuthSession")
    reference, reference_path = source.get("secretRef"), path.child("secretRef")
    if authenticated and reference is None:
        errors.append(required(reference_path))
    if reference is not None and not reference.get("name"):
        errors.append(required(reference_path.child("name")))
    if initiator is not None:
        errors += _validate_initiator(initiator, path.child("initiatorname"))
    return errors


def _validate_initiator(name: str, path: Path) -> list[FieldError]:
    return of_pods.validate_initiator(name, path, "must be valid format")


def _validate_azure_file(source: Source, path: Path) -> list[FieldError]:
    errors = of_pods.requiring("secretName", "shareName")(source, path)
    return errors + ([required(path.child("secretNamespace"))] if _empty(source) else [])


def _empty(source: Source) -> bool:
    return source.get("secretNamespace") == ""


def _validate_local(source: Source, path: Path) -> list[FieldError]:
    if not source.get("path"):
        return [required(path.child("path"))]
    return validate_no_backsteps(source["path"], path.child("path"))


def _with_namespaced_secret(check: Check) -> Check:
    """The check of a source whose secret can be in another namespace."""

    def both(source: Source, path: Path) -> list[FieldError]:
        reference = source.get("secretRef")
        missing = reference is not None and not reference.get("namespace")
        errors = check(source, path)
        return errors + ([required(path.child("secretRef", "namespace"))] if missing else [])

    return both


def _validate_csi(source: Source, path: Path) -> list[FieldError]:
    errors = of_pods.validate_csi_driver_name(source.get("driver", ""), path.child("driver"))
    errors += of_pods.requiring("volumeHandle")(source, path)
    for name in (
        "controllerPublishSecretRef",
        "controllerExpandSecretRef",
        "nodePublishSecretRef",
        "nodeExpandSecretRef",
    ):
        if source.get(name) is not None:
            errors += _validate_secret(source[name], path.child(name))
    return errors


def _validate_secret(reference: Source, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for field, check in (("name", is_dns1123_subdomain), ("namespace", is_dns1123_label)):
        value, value_path = reference.get(field, ""), path.child(field)
        errors += each(value_path, value, check(value)) if value else [required(value_path)]
    return errors


# In the order in which Kubernetes looks at them.
_CHECKS: dict[str, Check] = {
    "hostPath": of_pods.validate_host_path,
    "gcePersistentDisk": of_pods.validate_gce_disk,
    "awsElasticBlockStore": of_pods.validate_aws_disk,
    "glusterfs": _validate_glusterfs,
    "flocker": of_pods.validate_flocker,
    "nfs": of_pods.validate_nfs,
    "rbd": of_pods.requiring("monitors", "image"),
    "quobyte": of_pods.validate_quobyte,
    "cephfs": of_pods.requiring("monitors"),
    "iscsi": of_pods.validate_iscsi,
    "cinder": _with_namespaced_secret(of_pods.validate_cinder),
    "fc": of_pods.validate_fc,
    "flexVolume": of_pods.validate_flex,
    "azureFile": _validate_azure_file,
    "vsphereVolume": of_pods.requiring("volumePath"),
    "photonPersistentDisk": of_pods.requiring("pdID"),
    "portworxVolume": of_pods.requiring("volumeID"),
    "azureDisk": of_pods.validate_azure_disk,
    "scaleIO": of_pods.requiring("gateway", "system", "volumeName"),
    "local": _validate_local,
    "storageos": _with_namespaced_secret(of_pods.validate_storageos),
    "csi": _validate_csi,
}
SOURCES = tuple(_CHECKS)
