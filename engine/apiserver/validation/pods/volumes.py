"""The volumes of a pod.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    required,
)
from engine.apiserver.validation.names import is_dns1123_label, name_is_dns_subdomain, size
from engine.apiserver.validation.pods import volume_sources as sources
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.projected import validate_downward_api, validate_projected
from engine.model.quoting import quote

Volumes = Mapping[str, Mapping[str, Any]]
"""The valid volumes by name."""

_SourceCheck = Callable[[Mapping[str, Any], Path], list[FieldError]]

_MORE_THAN_ONE = "may not specify more than 1 volume type"
_ISCSI_TOO_LONG = (
    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
    "iscsi.initiatorName is specified."
)

# In the order in which Kubernetes looks at them: the first one counts, others are too many.
_SOURCES = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret",
    "nfs", "iscsi", "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs",
    "quobyte", "downwardAPI", "fc", "flexVolume", "configMap", "azureFile", "vsphereVolume",
    "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO",
    "csi", "ephemeral", "image",
)  # fmt: skip
# Kubernetes' own spelling of some fields in messages.
_NAME_OF_SURPLUS = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
_NAME_OF_CHECKED = {"gcePersistentDisk": "persistentDisk"}


def validate_volumes(
    volumes: Sequence[Mapping[str, Any]],
    metadata: Mapping[str, Any] | None,
    options: PodOptions,
    path: Path,
) -> tuple[Volumes, list[FieldError]]:
    """(the valid ones, errors). `metadata` is that of the pod, None for a template."""
    errors: list[FieldError] = []
    valid: dict[str, Mapping[str, Any]] = {}
    pod_name = (metadata or {}).get("name", "")
    created = {
        f"{pod_name}-{volume.get('name', '')}"
        for volume in volumes
        if pod_name and volume.get("ephemeral") is not None
    }
    for index, volume in enumerate(volumes):
        item, name = path.index(index), volume.get("name", "")
        found = _validate_source(volume, pod_name, options, item)
        name_path = item.child("name")
        found += each(name_path, name, is_dns1123_label(name)) if name else [required(name_path)]
        if name in valid:
            found.append(duplicate(name_path, name))
        if not found:
            valid[name] = volume
        errors += found
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in created:
            explanation = "must not reference a PVC that gets created for an ephemeral volume"
            errors.append(
                invalid(item.child("persistentVolumeClaim", "claimName"), claim, explanation)
            )
    return valid, errors


def _validate_source(
    volume: Mapping[str, Any], pod_name: str, options: PodOptions, path: Path
) -> list[FieldError]:
    given = [name for name in _SOURCES if volume.get(name) is not None]
    if not given:
        return [required(path, "must specify a volume type")]
    errors: list[FieldError] = []
    for name in given:
        if name == given[0]:
            errors += _validate_known(name, volume, pod_name, options, path)
        else:
            errors.append(forbidden(path.child(_NAME_OF_SURPLUS.get(name, name)), _MORE_THAN_ONE))
        if name == "iscsi":
            errors += _validate_iscsi_length(volume, path)
    return errors


def _validate_known(
    name: str, volume: Mapping[str, Any], pod_name: str, options: PodOptions, path: Path
) -> list[FieldError]:
    source, source_path = volume[name], path.child(_NAME_OF_CHECKED.get(name, name))
    match name:
        case "projected":
            return validate_projected(source, options.any_token_path, source_path)
        case "image":
            return sources.validate_image(source, options.resource_is_pod, source_path)
        case "ephemeral":
            errors = sources.validate_ephemeral(source, source_path)
            volume_name = volume.get("name", "")
            if pod_name and volume_name:
                claim = f"{pod_name}-{volume_name}"
                problems = (
                    f"PVC name {quote(claim)}: {problem}"
                    for problem in name_is_dns_subdomain(claim, False)
                )
                errors += each(path.child("name"), volume_name, problems)
            return errors
    return _CHECKS[name](source, source_path)


def _validate_iscsi_length(volume: Mapping[str, Any], path: Path) -> list[FieldError]:
    source, name = volume["iscsi"], volume.get("name", "")
    too_long = size(f"{name}:{source.get('targetPortal', '')}") > 64
    if source.get("initiatorName") is None or not too_long:
        return []
    return [invalid(path.child("name"), name, _ISCSI_TOO_LONG)]


_CHECKS: dict[str, _SourceCheck] = {
    "emptyDir": sources.validate_empty_dir,
    "hostPath": sources.validate_host_path,
    "gitRepo": sources.validate_git_repo,
    "gcePersistentDisk": sources.validate_gce_disk,
    "awsElasticBlockStore": sources.validate_aws_disk,
    "secret": sources.validate_secret,
    "nfs": sources.validate_nfs,
    "iscsi": sources.validate_iscsi,
    "glusterfs": sources.requiring("endpoints", "path"),
    "flocker": sources.validate_flocker,
    "persistentVolumeClaim": sources.requiring("claimName"),
    "rbd": sources.requiring("monitors", "image"),
    "cinder": sources.validate_cinder,
    "cephfs": sources.requiring("monitors"),
    "quobyte": sources.validate_quobyte,
    "downwardAPI": validate_downward_api,
    "fc": sources.validate_fc,
    "flexVolume": sources.validate_flex,
    "configMap": sources.validate_config_map,
    "azureFile": sources.requiring("secretName", "shareName"),
    "vsphereVolume": sources.requiring("volumePath"),
    "photonPersistentDisk": sources.requiring("pdID"),
    "portworxVolume": sources.requiring("volumeID"),
    "azureDisk": sources.validate_azure_disk,
    "storageos": sources.validate_storageos,
    "scaleIO": sources.requiring("gateway", "system", "volumeName"),
    "csi": sources.validate_csi,
}
