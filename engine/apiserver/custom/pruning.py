"""Dropping the fields that a structural schema does not know.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema/pruning/algorithm.go, v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.custom.schema import (
    EMBEDDED,
    META_FIELDS,
    PRESERVE,
    Schema,
    allows_others,
    items_of,
    mapping,
    others_of,
    properties_of,
)

Object = dict[str, Any]


def pruned(obj: Object, schema: Schema | None) -> tuple[Object, list[str]]:
    """The object without unknown fields, and their paths, sorted.

    Its apiVersion, kind and metadata stay as they are, as do those of embedded resources. The
    input stays as it is.
    """
    unknown: list[str] = []
    # A resource at the root is one, whatever its schema says.
    kept = _pruned(obj, {**(schema or {}), EMBEDDED: True}, "", unknown)
    return kept, sorted(unknown)


def pruned_value(value: Any, schema: Schema) -> Any:
    """A part of an object without unknown fields."""
    return _pruned(value, schema, "", [])


def _pruned(value: Any, schema: Schema | None, path: str, unknown: list[str]) -> Any:
    if schema is not None and schema.get(PRESERVE) is True:
        return _preserved(value, schema, path, unknown)
    if isinstance(value, dict):
        return _pruned_object(value, schema, path, unknown)
    if isinstance(value, list):
        items = items_of(schema)
        return [_pruned(item, items, f"{path}[{i}]", unknown) for i, item in enumerate(value)]
    return value


def _pruned_object(value: Object, schema: Schema | None, path: str, unknown: list[str]) -> Object:
    if schema is None:
        unknown.extend(_below(path, name) for name in value)
        return {}
    kept = {}
    embedded, properties = schema.get(EMBEDDED) is True, properties_of(schema)
    open_ended = allows_others(schema)
    for name, item in value.items():
        if embedded and name in META_FIELDS:
            kept[name] = item
        elif name in properties:
            kept[name] = _pruned(item, mapping(properties[name]), _below(path, name), unknown)
        elif open_ended:
            kept[name] = _pruned(item, others_of(schema), _below(path, name), unknown)
        else:
            unknown.append(_below(path, name))
    return kept


def _preserved(value: Any, schema: Schema | None, path: str, unknown: list[str]) -> Any:
    """What may have unknown fields; the known ones in it are pruned by their own schemas."""
    if schema is None:
        return value
    if isinstance(value, list):
        items = items_of(schema)
        return [_preserved(item, items, f"{path}[{i}]", unknown) for i, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kept = {}
    embedded, properties = schema.get(EMBEDDED) is True, properties_of(schema)
    open_ended = allows_others(schema)
    for name, item in value.items():
        at = _below(path, name)
        if embedded and name in META_FIELDS:
            kept[name] = item
        elif name in properties:
            kept[name] = _pruned(item, mapping(properties[name]), at, unknown)
        else:
            kept[name] = _pruned(item, others_of(schema), at, unknown) if open_ended else item
    return kept


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
