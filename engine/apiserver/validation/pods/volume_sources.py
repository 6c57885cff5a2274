"""What a volume is made from, one function a source; some are those of PersistentVolumes too.

After pkg/apis/core/validation/validation.go (v1.36).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.labels import validate_labels
from engine.apiserver.validation.metadata import validate_annotations
from engine.apiserver.validation.names import (
    is_dns1123_label,
    is_dns1123_subdomain,
    name_is_dns_subdomain,
    range_error,
    size,
)
from engine.apiserver.validation.paths import (
    validate_local_descending_path,
    validate_local_non_reserved_path,
    validate_no_backsteps,
)
from engine.apiserver.validation.resources import quantity
from engine.apiserver.validation.volume_claims import validate_claim_spec
from engine.schema.go_types import go_types

Source = Mapping[str, Any]

FILE_MODE = "must be a number between 0 and 0777 (octal), both inclusive"
_HOST_PATH_TYPES = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate",
    "Socket",
)  # fmt: skip
_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_QUOBYTE_REGISTRY = "must be a host:port pair or multiple pairs separated by commas"
_INITIATORS = {
    # The first is not anchored in front.
    "iqn": re.compile(r"iqn\.[0-9]{4}-[0-9]{2}\.([0-9A-Za-z\-.]+)(:[^,;*&$|\t\n\f\r ]+)\Z"),
    "eui": re.compile(r"\Aeui.[0-9A-Za-z]{16}\Z"),
    "naa": re.compile(r"\Anaa.[0-9A-Za-z]{32}\Z"),
}
_AZURE_KINDS = ("Dedicated", "Managed", "Shared")
_AZURE_CACHING = ("None", "ReadOnly", "ReadWrite")
_AZURE_MANAGED = (
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/"
    "{disk-id}"
)
_AZURE_BLOB = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def requiring(*names: str) -> Callable[[Source, Path], list[FieldError]]:
    """The check of a source of which nothing is asked but that fields are given."""

    def check(source: Source, path: Path) -> list[FieldError]:
        return [required(path.child(name)) for name in names if not source.get(name)]

    return check


def validate_mode(mode: int | None, path: Path) -> list[FieldError]:
    return [] if mode is None or 0 <= mode <= 0o777 else [invalid(path, mode, FILE_MODE)]


def validate_pull_policy(policy: str, path: Path) -> list[FieldError]:
    if not policy:
        return [required(path)]
    return [] if policy in _PULL_POLICIES else [not_supported(path, policy, _PULL_POLICIES)]


def validate_empty_dir(source: Source, path: Path) -> list[FieldError]:
    limit = source.get("sizeLimit")
    if limit is None or quantity(limit).sign >= 0:
        return []
    explanation = "SizeLimit field must be a valid resource quantity"
    return [forbidden(path.child("sizeLimit"), explanation)]


def validate_host_path(source: Source, path: Path) -> list[FieldError]:
    if not source.get("path"):
        return [required(path.child("path"))]
    errors = validate_no_backsteps(source["path"], path.child("path"))
    kind = source.get("type")
    if kind is not None and kind not in _HOST_PATH_TYPES:
        errors.append(not_supported(path.child("type"), kind, _HOST_PATH_TYPES))
    return errors


def validate_git_repo(source: Source, path: Path) -> list[FieldError]:
    errors = requiring("repository")(source, path)
    directory = source.get("directory", "")
    return errors + validate_local_descending_path(directory, path.child("directory"))


def validate_gce_disk(source: Source, path: Path) -> list[FieldError]:
    return requiring("pdName")(source, path) + _validate_partition(source, path)


def validate_aws_disk(source: Source, path: Path) -> list[FieldError]:
    return requiring("volumeID")(source, path) + _validate_partition(source, path)


def _validate_partition(source: Source, path: Path) -> list[FieldError]:
    partition = source.get("partition", 0)
    if 0 <= partition <= 255:
        return []
    return [invalid(path.child("partition"), partition, range_error(1, 255))]


def validate_secret(source: Source, path: Path) -> list[FieldError]:
    return requiring("secretName")(source, path) + _validate_files(source, path)


def validate_config_map(source: Source, path: Path) -> list[FieldError]:
    return requiring("name")(source, path) + _validate_files(source, path)


def _validate_files(source: Source, path: Path) -> list[FieldError]:
    errors = validate_mode(source.get("defaultMode"), path.child("defaultMode"))
    for index, item in enumerate(source.get("items") or ()):
        errors += validate_key_to_path(item, path.child("items").index(index))
    return errors


def validate_key_to_path(item: Source, path: Path) -> list[FieldError]:
    errors = requiring("key", "path")(item, path)
    errors += validate_local_non_reserved_path(item.get("path", ""), path.child("path"))
    return errors + validate_mode(item.get("mode"), path.child("mode"))


def validate_nfs(source: Source, path: Path) -> list[FieldError]:
    errors = requiring("server", "path")(source, path)
    if not source.get("path", "").startswith("/"):
        explanation = "must be an absolute path"
        errors.append(invalid(path.child("path"), source.get("path", ""), explanation))
    return errors


def validate_iscsi(source: Source, path: Path) -> list[FieldError]:
    errors = requiring("targetPortal")(source, path)
    if name := source.get("iqn"):
        errors += validate_initiator(name, path.child("iqn"))
    else:
        errors.append(required(path.child("iqn")))
    errors += validate_lun(source.get("lun", 0), path.child("lun"))
    authenticated = source.get("chapAuthDiscovery") or source.get("chapAuthSession")
    if authenticated and source.get("secretRef") is None:
        errors.append(required(path.child("secretRef")))
    if (initiator := source.get("initiatorName")) is not None:
        errors += validate_initiator(initiator, path.child("initiatorname"))
    return errors


def validate_initiator(
    name: str, path: Path, unknown: str = "must be valid format starting with iqn, eui, or naa"
) -> list[FieldError]:
    """`unknown` is what is said of one that starts with none of the three."""
    pattern = _INITIATORS.get(name[:3])
    if pattern is None:
        return [invalid(path, name, unknown)]
    return [] if pattern.search(name) else [invalid(path, name, "must be valid format")]


def validate_lun(lun: int, path: Path) -> list[FieldError]:
    return [] if 0 <= lun <= 255 else [invalid(path, lun, range_error(0, 255))]


def validate_fc(source: Source, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    names_path, names, wwids = (
        path.child("targetWWNs"),
        source.get("targetWWNs"),
        source.get("wwids"),
    )
    if not names and not wwids:
        explanation = "must specify either targetWWNs or wwids, but not both"
        errors.append(required(names_path, explanation))
    if names and wwids:
        explanation = "targetWWNs and wwids can not be specified simultaneously"
        errors.append(invalid(names_path, names, explanation))
    if names and source.get("lun") is None:
        explanation = "lun is required if targetWWNs is specified"
        errors.append(required(path.child("lun"), explanation))
    elif names:
        errors += validate_lun(source["lun"], path.child("lun"))
    return errors


def validate_flocker(source: Source, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    name, uuid = source.get("datasetName", ""), source.get("datasetUUID", "")
    if not name and not uuid:
        errors.append(required(path, "one of datasetName and datasetUUID is required"))
    if name and uuid:
        explanation = "datasetName and datasetUUID can not be specified simultaneously"
        errors.append(invalid(path, "resource", explanation))
    if "/" in name:
        errors.append(invalid(path.child("datasetName"), name, "must not contain '/'"))
    return errors


def validate_cinder(source: Source, path: Path) -> list[FieldError]:
    return requiring("volumeID")(source, path) + _validate_secret_reference(source, path)


def _validate_secret_reference(source: Source, path: Path) -> list[FieldError]:
    reference = source.get("secretRef")
    if reference is None or reference.get("name"):
        return []
    return [required(path.child("secretRef", "name"))]


def validate_quobyte(source: Source, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    registry = source.get("registry", "")
    if not registry:
        errors.append(required(path.child("registry"), _QUOBYTE_REGISTRY))
    elif size(source.get("tenant", "")) >= 65:
        explanation = "must be a UUID and may not exceed a length of 64 characters"
        errors.append(required(path.child("tenant"), explanation))
    else:
        errors += [
            invalid(path.child("registry"), registry, _QUOBYTE_REGISTRY)
            for pair in registry.split(",")
            if not _is_host_and_port(pair)
        ]
    return errors + requiring("volume")(source, path)


def _is_host_and_port(text: str) -> bool:
    """net.SplitHostPort of Go takes it: an IPv6 address stands in brackets."""
    return bool(re.fullmatch(r"\[[^\[\]]*\]:[^:\[\]]*|[^:\[\]]*:[^:\[\]]*", text))


def validate_flex(source: Source, path: Path) -> list[FieldError]:
    errors = requiring("driver")(source, path)
    for key in sorted(source.get("options") or ()):
        namespace = f".{key.partition('/')[0].lower()}"
        if namespace.endswith((".kubernetes.io", ".k8s.io")):
            explanation = "kubernetes.io and k8s.io namespaces are reserved"
            errors.append(invalid(path.child("options").key(key), key, explanation))
    return errors


def validate_azure_disk(source: Source, path: Path) -> list[FieldError]:
    errors = requiring("diskName", "diskURI")(source, path)
    caching, kind, uri = source.get("cachingMode"), source.get("kind"), source.get("diskURI", "")
    if caching is not None and caching not in _AZURE_CACHING:
        errors.append(not_supported(path.child("cachingMode"), caching, _AZURE_CACHING))
    if kind is None:
        return errors
    if kind not in _AZURE_KINDS:
        errors.append(not_supported(path.child("kind"), kind, _AZURE_KINDS))
    managed = kind == "Managed"
    if not uri.startswith("/subscriptions/" if managed else "https://"):
        known = _AZURE_MANAGED if managed else _AZURE_BLOB
        errors.append(not_supported(path.child("diskURI"), uri, (known,)))
    return errors


def validate_storageos(source: Source, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if not source.get("volumeName"):
        errors.append(required(path.child("volumeName")))
    for name in ("volumeName", "volumeNamespace"):
        if value := source.get(name):
            errors += each(path.child(name), value, is_dns1123_label(value))
    return errors + _validate_secret_reference(source, path)


def validate_csi(source: Source, path: Path) -> list[FieldError]:
    errors = validate_csi_driver_name(source.get("driver", ""), path.child("driver"))
    reference = source.get("nodePublishSecretRef")
    if reference is None:
        return errors
    if name := reference.get("name"):
        return errors + each(path.child("name"), name, name_is_dns_subdomain(name, False))
    return [*errors, required(path.child("nodePublishSecretRef", "name"))]


def validate_csi_driver_name(name: str, path: Path) -> list[FieldError]:
    errors = [] if name else [required(path)]
    if size(name) > 63:
        errors.append(too_long(path, 63))
    return errors + each(path, name, is_dns1123_subdomain(name.lower()))


def validate_image(source: Source, resource_is_pod: bool, path: Path) -> list[FieldError]:
    errors = requiring("reference")(source, path) if resource_is_pod else []
    return errors + validate_pull_policy(source.get("pullPolicy", ""), path.child("pullPolicy"))


def validate_ephemeral(source: Source, path: Path) -> list[FieldError]:
    template, template_path = source.get("volumeClaimTemplate"), path.child("volumeClaimTemplate")
    if template is None:
        return [required(template_path)]
    errors = validate_template_metadata(template, template_path.child("metadata"))
    return errors + validate_claim_spec(template.get("spec") or {}, template_path.child("spec"))


def validate_template_metadata(template: Source, path: Path) -> list[FieldError]:
    """ValidateTemplateObjectMeta: what is made of a template gets its labels and annotations."""
    metadata = template.get("metadata") or {}
    errors = validate_annotations(metadata.get("annotations"), path.child("annotations"))
    errors += validate_labels(metadata.get("labels"), path.child("labels"))
    struct = go_types().get(_OBJECT_META)
    return errors + [
        forbidden(path.child(_GO_NAME.get(name, name)), "cannot be set")
        for name in (struct.fields if struct is not None else ())
        if name not in ("labels", "annotations") and metadata.get(name)
    ]


# validateFieldAllowList makes the first letter of Go's name small, and nothing else.
_GO_NAME = {"uid": "uID"}
