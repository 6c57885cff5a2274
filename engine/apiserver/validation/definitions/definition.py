"""CustomResourceDefinitions, but for their schemas.

After k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object, Rules
from engine.apiserver.validation.definitions.approval import validate_approval
from engine.apiserver.validation.definitions.conversion import validate_conversion
from engine.apiserver.validation.definitions.names import validate_names
from engine.apiserver.validation.definitions.versions import validate_versions
from engine.apiserver.validation.field import (
    IMMUTABLE,
    FieldError,
    Path,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.metadata import validate_common_meta, validate_common_meta_update
from engine.apiserver.validation.names import is_dns1035_label, is_dns1123_subdomain

Spec = Mapping[str, Any]

_SPEC, _STATUS = Path("spec"), Path("status")
_SCOPES = ("Cluster", "Namespaced")
_NO_PRESERVING = (
    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
    "spec.versions[*].schema instead"
)


def validate_definition_create(obj: Object) -> list[FieldError]:
    """ValidateCustomResourceDefinition."""
    spec = obj.get("spec") or {}
    names = spec.get("names") or {}
    wanted = f"{names.get('plural', '')}.{spec.get('group', '')}"

    def name_check(name: str, prefix: bool) -> list[str]:
        wrong = [] if name == wanted else ['must be spec.names.plural+"."+spec.group']
        return is_dns1123_subdomain(name) + wrong

    errors = validate_common_meta(obj.get("metadata") or {}, False, name_check)
    errors += _validate_spec(spec)
    errors += _validate_rest(obj, None)
    return errors


def validate_definition_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateCustomResourceDefinitionUpdate."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_common_meta_update(new.get("metadata") or {}, old.get("metadata") or {})
    errors += _validate_spec(spec)
    names, names_before = spec.get("names") or {}, before.get("names") or {}
    pairs: list[tuple[Path, Any, Any]] = []
    if _is_established(old):
        pairs += [
            (_SPEC.child("scope"), spec.get("scope"), before.get("scope")),
            (_SPEC.child("names", "kind"), names.get("kind"), names_before.get("kind")),
        ]
    pairs += [
        (_SPEC.child("group"), spec.get("group"), before.get("group")),
        (_SPEC.child("names", "plural"), names.get("plural"), names_before.get("plural")),
    ]
    errors += [invalid(path, one, IMMUTABLE) for path, one, other in pairs if one != other]
    return errors + _validate_rest(new, old)


def validate_definition_status_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateUpdateCustomResourceDefinitionStatus."""
    errors = validate_common_meta_update(new.get("metadata") or {}, old.get("metadata") or {})
    accepted = (new.get("status") or {}).get("acceptedNames") or {}
    return errors + validate_names(accepted, _STATUS.child("acceptedNames"))


def _validate_rest(new: Object, old: Object | None) -> list[FieldError]:
    spec, status = new.get("spec") or {}, new.get("status") or {}
    errors = validate_names(status.get("acceptedNames") or {}, _STATUS.child("acceptedNames"))
    stored = status.get("storedVersions") or []
    errors += _validate_stored(stored, spec.get("versions") or [], _STATUS.child("storedVersions"))
    errors += validate_approval(new, old)
    kept = old is not None and (old.get("spec") or {}).get("preserveUnknownFields") is True
    if spec.get("preserveUnknownFields") is True and not kept:
        errors.append(invalid(_SPEC.child("preserveUnknownFields"), True, _NO_PRESERVING))
    return errors


def _validate_spec(spec: Spec) -> list[FieldError]:
    errors = _validate_group(spec.get("group") or "", _SPEC.child("group"))
    scope = spec.get("scope") or ""
    if not scope:
        errors.append(required(_SPEC.child("scope")))
    elif scope not in _SCOPES:
        errors.append(not_supported(_SPEC.child("scope"), scope, _SCOPES))
    versions = spec.get("versions") or []
    errors += validate_versions(spec, _SPEC)
    if versions and (problems := is_dns1035_label(versions[0].get("name") or "")):
        # The internal form has the first version's name once more.
        path = _SPEC.child("version")
        if versions[0].get("name"):
            errors.append(invalid(path, versions[0]["name"], ",".join(problems)))
    names, path = spec.get("names") or {}, _SPEC.child("names")
    errors += [
        required(path.child(name))
        for name in ("plural", "singular", "kind", "listKind")
        if not names.get(name)
    ]
    errors += validate_names(names, path)
    return errors + validate_conversion(spec, _SPEC.child("conversion"))


def _validate_group(group: str, path: Path) -> list[FieldError]:
    if not group:
        return [required(path)]
    if problems := is_dns1123_subdomain(group):
        return [invalid(path, group, ",".join(problems))]
    if "." not in group:
        return [invalid(path, group, "should be a domain with at least one dot")]
    return []


def _validate_stored(
    stored: Sequence[str], versions: Sequence[Spec], path: Path
) -> list[FieldError]:
    if not stored:
        return [invalid(path, stored, "must have at least one stored version")]
    errors = [
        invalid(path, stored, f"must have the storage version {version.get('name')}")
        for version in versions
        if version.get("storage") and version.get("name") not in stored
    ]
    known = {version.get("name") for version in versions}
    for index, name in enumerate(stored):
        if name not in known:
            errors.append(invalid(path.index(index), name, _still_stored(name)))
    return errors


def _still_stored(name: str) -> str:
    return (
        f"missing from spec.versions; {name} was previously a storage version, and must remain in "
        f"spec.versions until a storage migration ensures no data remains persisted in {name} and "
        f"removes {name} from status.storedVersions"
    )


def _is_established(definition: Object) -> bool:
    conditions = (definition.get("status") or {}).get("conditions") or ()
    return any(
        condition.get("type") == "Established" and condition.get("status") == "True"
        for condition in conditions
    )


KINDS = {
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): Rules(
        validate_definition_create,
        validate_definition_update,
        namespaced=False,
        subresources={"status": validate_definition_status_update},
    )
}
