"""Structural schemas: every field has one type, outside of allOf, anyOf, oneOf and not.

After pkg/apiserver/schema/{validation,complete}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.apiserver.custom import patterns
from engine.apiserver.custom.schema import (
    EMBEDDED,
    INT_OR_STRING,
    LIST_KEYS,
    LIST_TYPE,
    PRESERVE,
    VALIDATIONS,
    Schema,
    allows_others,
    items_of,
    mapping,
    mappings,
    others_of,
    properties_of,
)
from engine.apiserver.validation.definitions.list_types import MAP_TYPE
from engine.apiserver.validation.field import FieldError, Path, forbidden, invalid, required

_INT_OR_STRING_TYPES = [{"type": "integer"}, {"type": "string"}]
_NESTED = (
    ("type", "empty"), ("additionalProperties", "undefined"), ("default", "undefined"),
    ("title", "empty"), ("description", "empty"), ("nullable", "false"), (PRESERVE, "false"),
    (EMBEDDED, "false"), (INT_OR_STRING, "false"), (LIST_KEYS, "empty"), (LIST_TYPE, "undefined"),
    (MAP_TYPE, "undefined"), (VALIDATIONS, "empty"),
)  # fmt: skip
_MISSING_TYPE = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
_ONLY_NAMES = (
    "must not specify anything other than name and generateName, but metadata is implicitly "
    "specified"
)


def validate_structural(schema: Schema, path: Path) -> list[FieldError]:
    """ValidateStructural: errors in the order of their texts."""
    errors = [*_invariants(schema, "root", path)]
    errors += _completeness(schema, schema, path, path)
    return sorted(errors, key=str)


def _invariants(schema: Schema, level: str, path: Path) -> Iterator[FieldError]:
    items, others = items_of(schema), others_of(schema)
    if schema.get("type") == "array" and items is None:
        yield required(path.child("items"), "must be specified")
    if items is not None:
        yield from _invariants(items, "item", path.child("items"))
    for name, field in properties_of(schema).items():
        yield from _invariants(mapping(field), "field", path.child("properties").key(name))
    if allows_others(schema):
        if level == "root":
            yield forbidden(path.child("additionalProperties"), "must not be used at the root")
        if others is not None:
            yield from _invariants(others, "field", path.child("additionalProperties"))
    yield from _extensions(schema, path)
    yield from _values(schema, path, structural=True)
    yield from _type_errors(schema, level, path)
    yield from _meta_errors(schema, level, path)
    preserving = schema.get(PRESERVE) is True
    if schema.get(EMBEDDED) is True and not preserving and not properties_of(schema):
        explanation = (
            "must not be empty if x-kubernetes-embedded-resource is true without "
            "x-kubernetes-preserve-unknown-fields"
        )
        yield required(path.child("properties"), explanation)


def _extensions(schema: Schema, path: Path) -> Iterator[FieldError]:
    if schema.get(INT_OR_STRING) is True:
        for name in (PRESERVE, EMBEDDED):
            if schema.get(name) is True:
                explanation = "must be false if x-kubernetes-int-or-string is true"
                yield invalid(path.child(name), True, explanation)


def _type_errors(schema: Schema, level: str, path: Path) -> Iterator[FieldError]:
    kind, at = schema.get("type") or "", path.child("type")
    if schema.get(EMBEDDED) is True and kind != "object":
        explanation = "must be object if x-kubernetes-embedded-resource is true"
        yield invalid(at, kind, explanation) if kind else required(at, explanation)
    elif not kind and not schema.get(INT_OR_STRING) and not schema.get(PRESERVE):
        yield required(at, _MISSING_TYPE[level])
    if schema.get(EMBEDDED) is True and allows_others(schema):
        explanation = "must not be used if x-kubernetes-embedded-resource is set"
        yield forbidden(path.child("additionalProperties"), explanation)
    if level == "root" and kind and kind != "object":
        yield invalid(at, kind, "must be object at the root")


def _meta_errors(schema: Schema, level: str, path: Path) -> Iterator[FieldError]:
    """The type and metadata of a resource are what they are everywhere."""
    resource, properties = level == "root" or schema.get(EMBEDDED) is True, properties_of(schema)
    at = path.child("properties")
    for name in ("kind", "apiVersion"):
        kind = mapping(properties.get(name)).get("type") or ""
        if resource and name in properties and kind != "string":
            yield invalid(at.key(name).child("type"), kind, "must be string")
    if "metadata" not in properties:
        return
    metadata = mapping(properties["metadata"])
    kind = metadata.get("type") or ""
    if resource and kind != "object":
        yield invalid(at.key("metadata").child("type"), kind, "must be object")
    said = {name for name, value in metadata.items() if value not in (None, False, "", [], {})}
    named = set(properties_of(metadata)) <= {"name", "generateName"}
    if level == "root" and not (said <= {"type", "properties", "default"} and named):
        yield forbidden(at.key("metadata"), _ONLY_NAMES)


def _values(schema: Schema, path: Path, *, structural: bool) -> Iterator[FieldError]:
    """Value validations, and those in them."""
    if not (structural and schema.get("anyOf") == _INT_OR_STRING_TYPES):
        for index, nested in enumerate(mappings(schema.get("anyOf"))):
            yield from _nested(nested, path.child("anyOf").index(index))
    for index, nested in enumerate(mappings(schema.get("allOf"))):
        where = path.child("allOf").index(index)
        first = structural and index == 0 and nested.get("anyOf") == _INT_OR_STRING_TYPES
        yield from _nested(nested, where, skip_any_of=first)
    for index, nested in enumerate(mappings(schema.get("oneOf"))):
        yield from _nested(nested, path.child("oneOf").index(index))
    if isinstance(schema.get("not"), Mapping):
        yield from _nested(schema["not"], path.child("not"))
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and pattern:
        try:
            patterns.matches(pattern, "")
        except patterns.PatternError as error:
            explanation = f"must be a valid regular expression, but isn't: {error}"
            yield invalid(path.child("pattern"), pattern, explanation)


def _nested(schema: Schema, path: Path, *, skip_any_of: bool = False) -> Iterator[FieldError]:
    values = {name: value for name, value in schema.items() if name != "anyOf"}
    yield from _values(values if skip_any_of else schema, path, structural=False)
    items = items_of(schema)
    if items is not None:
        yield from _nested(items, path.child("items"))
    for name, field in properties_of(schema).items():
        yield from _nested(mapping(field), path.child("properties").key(name))
    for name, wanted in _NESTED:
        if schema.get(name) not in (None, False, "", []):
            yield forbidden(path.child(name), f"must be {wanted} to be structural")
    if "metadata" in properties_of(schema):
        at = path.child("properties").key("metadata")
        yield forbidden(at, "must not be specified in a nested context")


def _completeness(
    nested: Any, schema: Schema | None, path: Path, nested_path: Path
) -> list[FieldError]:
    """Every field that a value validation speaks of has a schema of its own."""
    if schema is None:
        return [required(path, f"because it is defined in {nested_path}")]
    errors = []
    if isinstance(nested.get("not"), Mapping):
        errors += _complete(nested["not"], schema, path, nested_path.child("not"))
    for name in ("allOf", "anyOf", "oneOf"):
        for index, each in enumerate(mappings(nested.get(name))):
            errors += _complete(each, schema, path, nested_path.child(name).index(index))
    return errors


def _complete(nested: Schema, schema: Schema, path: Path, nested_path: Path) -> list[FieldError]:
    errors = _completeness(nested, schema, path, nested_path)
    items = items_of(nested)
    if items is not None:
        own, where = items_of(schema), path.child("items")
        errors += _found(items, own, where, nested_path.child("items"))
    for name, field in properties_of(nested).items():
        own = properties_of(schema).get(name)
        where, there = (each.child("properties").key(name) for each in (path, nested_path))
        errors += _found(mapping(field), own, where, there)
    return errors


def _found(
    nested: Schema, schema: Schema | None, path: Path, nested_path: Path
) -> list[FieldError]:
    if schema is None:
        return [required(path, f"because it is defined in {nested_path}")]
    return _complete(nested, schema, path, nested_path)
