"""The versions of a definition: their schemas, subresources, columns and selectable fields.

What all versions have in common stands above them in the internal form, and in messages:
`spec.validation` rather than `spec.versions[0].schema` (pkg/apis/apiextensions/v1/conversion.go).

After k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.custom.cel.paths import field_path
from engine.apiserver.custom.schema import Schema, field_of
from engine.apiserver.validation.definitions.schemas import validate_version_schema
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    invalid,
    required,
    too_many,
)
from engine.apiserver.validation.names import is_dns1035_label

Version = Mapping[str, Any]

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = (
    "byte", "date", "date-time", "double", "float", "int32", "int64", "password",
)  # fmt: skip
_SELECTABLE_MAX = 8
_WARNING_BYTES_MAX = 256
_NOT_SELECTABLE = (
    "must point to a field of type string, boolean or integer. Enum string fields and strings with "
    "formats are allowed."
)


def validate_versions(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    """`spec.versions`."""
    versions: Sequence[Version] = spec.get("versions") or []
    at = path.child("versions")
    errors = []
    for index, version in enumerate(versions):
        if not _schema_of(version):
            errors.append(required(at.index(index).child("schema", "openAPIV3Schema")))
    for index, version in enumerate(versions):
        name = version.get("name") or ""
        if problems := is_dns1035_label(name):
            errors.append(invalid(at.index(index).child("name"), name, ",".join(problems)))
        errors += _validate_warning(version, at.index(index).child("deprecationWarning"))
    names = [version.get("name") for version in versions]
    if len(set(names)) != len(names):
        errors.append(invalid(at, list(versions), "must contain unique version names"))
    if sum(version.get("storage") is True for version in versions) != 1:
        explanation = "must have exactly one version marked as storage version"
        errors.append(invalid(at, list(versions), explanation))
    return errors + _validate_parts(versions, path)


def _validate_parts(versions: Sequence[Version], path: Path) -> list[FieldError]:
    """What each version has, or all have in common."""
    errors = []
    for version, where in _each(versions, "schema", path, "validation"):
        errors += validate_version_schema(
            _schema_of(version), where.child("openAPIV3Schema"), _has_status(version)
        )
    for version, where in _each(versions, "subresources", path):
        errors += _validate_scale((version.get("subresources") or {}).get("scale"), where)
    for version, where in _each(versions, "additionalPrinterColumns", path):
        for index, column in enumerate(version.get("additionalPrinterColumns") or ()):
            errors += _validate_column(column, where.index(index))
    for version, where in _each(versions, "selectableFields", path):
        fields = version.get("selectableFields") or ()
        errors += _validate_selectable(fields, _schema_of(version), where)
    return errors


def _each(
    versions: Sequence[Version], name: str, path: Path, common: str = ""
) -> list[tuple[Version, Path]]:
    """The versions with a part and where it stands: once where all have the same."""
    if not versions:
        return []
    if _common(versions, name):
        return [(versions[0], path.child(common or name))]
    at = path.child("versions")
    return [(version, at.index(index).child(name)) for index, version in enumerate(versions)]


def _common(versions: Sequence[Version], name: str) -> bool:
    return all(version.get(name) == versions[0].get(name) for version in versions)


def _schema_of(version: Version) -> Schema | None:
    schema = (version.get("schema") or {}).get("openAPIV3Schema")
    return schema if isinstance(schema, Mapping) else None


def _has_status(version: Version) -> bool:
    return (version.get("subresources") or {}).get("status") is not None


def _validate_warning(version: Version, path: Path) -> list[FieldError]:
    warning = version.get("deprecationWarning")
    if warning is None:
        return []
    if not version.get("deprecated"):
        return [invalid(path, warning, "can only be set for deprecated versions")]
    errors = []
    if len(warning.encode()) > _WARNING_BYTES_MAX:
        errors.append(invalid(path, warning, "must be <= 256 characters long"))
    if not warning:
        errors.append(invalid(path, warning, "must not be an empty string"))
    index = next((i for i, character in enumerate(warning) if not character.isprintable()), None)
    if index is not None:
        at = len(warning[:index].encode())
        explanation = "must only contain printable UTF-8 characters; non-printable character found"
        errors.append(invalid(path, warning, f"{explanation} at index {at}"))
    return errors


def _validate_scale(scale: Mapping[str, Any] | None, path: Path) -> list[FieldError]:
    if scale is None:
        return []
    errors = []
    for name, below in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        value, where = scale.get(name) or "", path.child(f"scale.{name}")
        if not value:
            errors.append(required(where))
        elif not value.startswith("."):
            errors.append(invalid(where, value, "must be a simple json path starting with ."))
        elif not value.startswith(f"{below}."):
            errors.append(invalid(where, value, f"should be a json path under {below}"))
    selector, where = scale.get("labelSelectorPath") or "", path.child("scale.labelSelectorPath")
    if selector and not selector.startswith("."):
        errors.append(invalid(where, selector, "must be a simple json path starting with ."))
    elif selector and not selector.startswith((".spec.", ".status.")):
        explanation = "should be a json path under either .spec or .status"
        errors.append(invalid(where, selector, explanation))
    return errors


def _validate_column(column: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors = [] if column.get("name") else [required(path.child("name"))]
    kind, form, json_path = (column.get(name) or "" for name in ("type", "format", "jsonPath"))
    types = f"must be one of {','.join(_COLUMN_TYPES)}"
    if not kind:
        errors.append(required(path.child("type"), types))
    elif kind not in _COLUMN_TYPES:
        errors.append(invalid(path.child("type"), kind, types))
    if form and form not in _COLUMN_FORMATS:
        explanation = f"must be one of {','.join(_COLUMN_FORMATS)}"
        errors.append(invalid(path.child("format"), form, explanation))
    where = path.child("JSONPath")
    if not json_path:
        errors.append(required(where))
    elif not json_path.startswith("."):
        errors.append(invalid(where, json_path, "must be a simple json path starting with ."))
    return errors


def _validate_selectable(
    fields: Sequence[Mapping[str, Any]], schema: Schema | None, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, field in enumerate(fields):
        text, where = field.get("jsonPath") or "", path.index(index).child("jsonPath")
        if not text:
            errors.append(required(where))
            continue
        found = field_path(text, schema or {}) if "[" not in text else None
        if found is None:
            explanation = "is an invalid path: does not refer to a valid field"
            errors.append(invalid(where, text, explanation))
            continue
        if found.partition(".")[0] == "metadata":
            errors.append(invalid(where, text, "must not point to fields in metadata"))
        if (_at(schema, text) or {}).get("type") not in ("string", "boolean", "integer"):
            errors.append(invalid(where, text, _NOT_SELECTABLE))
        if found in seen:
            errors.append(duplicate(where, text))
        seen.add(found)
    if len(seen) > _SELECTABLE_MAX:
        errors.append(too_many(path, len(seen), _SELECTABLE_MAX))
    return errors


def _at(schema: Schema | None, text: str) -> Schema | None:
    for name in text.removeprefix(".").split("."):
        schema = field_of(schema, name)
    return schema
