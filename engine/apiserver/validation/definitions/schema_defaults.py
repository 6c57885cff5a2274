"""Defaults in schemas fit their own schemas.

After pkg/apiserver/schema/defaulting/validation.go (v1.36). Defaults of embedded resources'
metadata are not looked at.
"""

from __future__ import annotations

from engine.apiserver.custom.cel.validation import rules_of
from engine.apiserver.custom.embedded import validate_embedded
from engine.apiserver.custom.openapi import validate_schema
from engine.apiserver.custom.pruning import pruned_value
from engine.apiserver.custom.schema import (
    EMBEDDED,
    META_FIELDS,
    Schema,
    items_of,
    mapping,
    properties_of,
)
from engine.apiserver.validation.field import FieldError, Path, invalid


def validate_defaults(schema: Schema, path: Path, *, root: bool = True) -> list[FieldError]:
    """The defaults of a schema and of all fields and items in it."""
    errors = _validate_default(schema, path.child("default"))
    items = items_of(schema)
    if items is not None:
        errors += validate_defaults(items, path.child("items"), root=False)
    resource = root or schema.get(EMBEDDED) is True
    for name, field in properties_of(schema).items():
        if not (resource and name in META_FIELDS):
            where = path.child("properties").key(name)
            errors += validate_defaults(mapping(field), where, root=False)
    return errors


def _validate_default(schema: Schema, path: Path) -> list[FieldError]:
    default = schema.get("default")
    if default is None:
        return []
    errors = []
    if pruned_value(default, schema) != default:
        errors.append(invalid(path, default, "must not have unknown fields"))
    wrong = validate_embedded(default, schema, path) or validate_schema(default, schema, path)
    return errors + (wrong or _rule_errors(schema, default, path))


def _rule_errors(schema: Schema, default: object, path: Path) -> list[FieldError]:
    return [
        FieldError(error.type, _below(path, error.field), error.value, error.detail)
        for error in rules_of(schema).errors(default, default)
    ]


def _below(path: Path, name: str) -> Path:
    if name == "<nil>":
        return path
    return Path(f"{path}{name}") if name.startswith("[") else path.child(name)
