"""Volumes that are projected from several sources, and the downward API.

After pkg/apis/core/validation/validation.go and names.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import external_form, internal_form
from engine.apiserver.validation.labels import validate_label_selector
from engine.apiserver.validation.paths import validate_local_non_reserved_path
from engine.apiserver.validation.pods.downward import (
    validate_field_reference,
    validate_resource_reference,
)
from engine.apiserver.validation.pods.volume_sources import validate_key_to_path, validate_mode
from engine.apiserver.validation.signers import (
    cluster_trust_bundle_name_problems,
    validate_signer_name,
)

Source = Mapping[str, Any]

_CONFLICT = "conflicting duplicate paths"
_FIELDS_OF_VOLUMES = (
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace",
    "metadata.uid",
)  # fmt: skip
_KEY_TYPES = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
_LABEL_SELECTOR = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"
_TRUST_BUNDLE = "io.k8s.api.core.v1.ClusterTrustBundleProjection"

# pkg/apis/certificates/types.go (v1.36): 91 days, and one for Kubernetes' own signers.
_CERTIFICATE_SECONDS_MAX = 91 * 24 * 60 * 60
_OWN_CERTIFICATE_SECONDS_MAX = 24 * 60 * 60


def validate_downward_api(source: Source, path: Path) -> list[FieldError]:
    errors = validate_mode(source.get("defaultMode"), path.child("defaultMode"))
    for file in source.get("items") or ():
        # Without the index: that is how Kubernetes writes it.
        errors += _validate_downward_file(file, path)
    return errors


def _validate_downward_file(file: Source, path: Path) -> list[FieldError]:
    errors = [] if file.get("path") else [required(path.child("path"))]
    errors += validate_local_non_reserved_path(file.get("path", ""), path.child("path"))
    field_reference, resource_reference = file.get("fieldRef"), file.get("resourceFieldRef")
    if field_reference is not None:
        errors += validate_field_reference(
            field_reference, _FIELDS_OF_VOLUMES, path.child("fieldRef")
        )
        if resource_reference is not None:
            explanation = "fieldRef and resourceFieldRef can not be specified simultaneously"
            errors.append(invalid(path, "resource", explanation))
    elif resource_reference is not None:
        errors += validate_resource_reference(
            resource_reference, path.child("resourceFieldRef"), in_volume=True
        )
    else:
        errors.append(required(path, "one of fieldRef and resourceFieldRef is required"))
    return errors + validate_mode(file.get("mode"), path.child("mode"))


def validate_projected(source: Source, any_token_path: bool, path: Path) -> list[FieldError]:
    errors = validate_mode(source.get("defaultMode"), path.child("defaultMode"))
    projection = _Projection(path, any_token_path)
    for index, item in enumerate(source.get("sources") or ()):
        errors += projection.validate(item, path.child("sources").index(index))
    return errors


class _Projection:
    """The paths that sources have taken so far; those of two may not be the same."""

    def __init__(self, path: Path, any_token_path: bool) -> None:
        self._path = path
        self._any_token_path = any_token_path
        self._taken: set[str] = set()

    def validate(self, source: Source, path: Path) -> list[FieldError]:
        checks = {
            "secret": self._validate_files,
            "configMap": self._validate_files,
            "downwardAPI": self._validate_downward,
            "serviceAccountToken": self._validate_token,
            "clusterTrustBundle": self._validate_trust_bundle,
            "podCertificate": self._validate_certificate,
        }
        given = [name for name in checks if source.get(name) is not None]
        errors = [e for name in given for e in checks[name](source[name], path.child(name))]
        if len(given) > 1:
            explanation = "may not specify more than 1 volume type per source"
            errors.append(forbidden(path, explanation))
        return errors

    def _take(self, taken: str, shown: str) -> list[FieldError]:
        if taken in self._taken:
            return [invalid(self._path, shown, _CONFLICT)]
        self._taken.add(taken)
        return []

    def _validate_files(self, source: Source, path: Path) -> list[FieldError]:
        name = source.get("name", "")
        errors = [] if name else [required(path.child("name"))]
        for index, item in enumerate(source.get("items") or ()):
            errors += validate_key_to_path(item, path.child("items").index(index))
            if item.get("path"):
                errors += self._take(item["path"], name)
        return errors

    def _validate_downward(self, source: Source, path: Path) -> list[FieldError]:
        errors: list[FieldError] = []
        for file in source.get("items") or ():
            errors += _validate_downward_file(file, path)
            if file.get("path"):
                errors += self._take(file["path"], file["path"])
        return errors

    def _validate_token(self, source: Source, path: Path) -> list[FieldError]:
        errors: list[FieldError] = []
        seconds, seconds_path = (
            source.get("expirationSeconds") or 0,
            path.child("expirationSeconds"),
        )
        if seconds < 10 * 60:
            explanation = "may not specify a duration less than 10 minutes"
            errors.append(invalid(seconds_path, seconds, explanation))
        if seconds > 1 << 32:
            explanation = "may not specify a duration larger than 2^32 seconds"
            errors.append(invalid(seconds_path, seconds, explanation))
        # The path of the volume, not that of the source: Kubernetes' own.
        file_path = self._path.child("path")
        if not source.get("path"):
            errors.append(required(file_path))
        elif not self._any_token_path:
            errors += validate_local_non_reserved_path(source["path"], file_path)
        return errors

    def _validate_trust_bundle(self, source: Source, path: Path) -> list[FieldError]:
        errors: list[FieldError] = []
        name, signer = source.get("name"), source.get("signerName")
        if name is not None and signer is not None:
            shown = internal_form(_TRUST_BUNDLE, source)
            errors.append(invalid(path, shown, "only one of name and signerName may be used"))
        elif name is not None:
            errors += _validate_bundle_name(source, name, path)
        elif signer is not None:
            if not signer:
                errors.append(required(path.child("signerName"), "must be a valid signer name"))
            errors += validate_signer_name(path.child("signerName"), signer)
            selector = source.get("labelSelector")
            errors += validate_label_selector(selector, path.child("labelSelector"))
        else:
            errors.append(required(path, "either name or signerName must be specified"))
        file = source.get("path", "")
        if not file:
            errors.append(required(path.child("path")))
        errors += validate_local_non_reserved_path(file, path.child("path"))
        return errors + self._take(file, file)

    def _validate_certificate(self, source: Source, path: Path) -> list[FieldError]:
        signer, key_type = source.get("signerName", ""), source.get("keyType", "")
        errors = validate_signer_name(path.child("signerName"), signer)
        if key_type not in _KEY_TYPES:
            errors.append(not_supported(path.child("keyType"), key_type, _KEY_TYPES))
        errors += _validate_expiration(source, signer, path.child("maxExpirationSeconds"))
        names = ("credentialBundlePath", "keyPath", "certificateChainPath")
        for name in names:
            if file := source.get(name):
                errors += validate_local_non_reserved_path(file, path.child(name))
                errors += self._take(file, file)
        if not any(source.get(name) for name in names):
            explanation = (
                "specify at least one of credentialBundlePath, keyPath, and certificateChainPath"
            )
            errors.append(required(path, explanation))
        return errors


def _validate_bundle_name(source: Source, name: str, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if not name:
        errors.append(required(path.child("name"), "must be a valid object name"))
    problems = cluster_trust_bundle_name_problems(name)
    explained = (f"not a valid clustertrustbundlename: {problem}" for problem in problems)
    errors += each(path.child("name"), name, explained)
    if (selector := source.get("labelSelector")) is not None:
        explanation = "labelSelector must be unset if name is specified"
        shown = external_form(_LABEL_SELECTOR, selector)
        errors.append(invalid(path.child("labelSelector"), shown, explanation))
    return errors


def _validate_expiration(source: Source, signer: str, path: Path) -> list[FieldError]:
    seconds = source.get("maxExpirationSeconds")
    if seconds is None:
        return []
    errors: list[FieldError] = []
    own = signer.startswith("kubernetes.io/")
    seconds_max = _OWN_CERTIFICATE_SECONDS_MAX if own else _CERTIFICATE_SECONDS_MAX
    if seconds < 3600:
        explanation = "if provided, maxExpirationSeconds must be >= 3600"
        errors.append(invalid(path, seconds, explanation))
    if seconds > seconds_max:
        explanation = f"if provided, maxExpirationSeconds must be <= {seconds_max}"
        errors.append(invalid(path, seconds, explanation))
    return errors
