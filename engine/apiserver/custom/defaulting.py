"""Defaults of custom resources, which the API server fills in whenever it decodes one.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema/defaulting/{algorithm,prunenulls}.go,
v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.custom.schema import Schema, field_of, items_of, others_of, properties_of


def with_defaults(value: Any, schema: Schema | None) -> Any:
    """`value` with the defaults of a structural schema where fields are missing.

    A null is replaced too, unless the schema says that the field is nullable. The input stays as
    it is.
    """
    if not schema:
        return value
    if isinstance(value, dict):
        return _object_with_defaults(value, schema)
    items = items_of(schema)
    if items is not None and isinstance(value, list):
        return [with_defaults(_present(item, items), items) for item in value]
    return value


def without_nulls(value: Any, schema: Schema | None) -> Any:
    """`value` without the nulls of fields that are not nullable and have no default."""
    if isinstance(value, dict):
        kept = {}
        for name, item in value.items():
            field = field_of(schema, name)
            if item is None and _is_unwanted_null(item, field) and _default(field) is None:
                continue
            kept[name] = without_nulls(item, field)
        return kept
    if isinstance(value, list):
        items = items_of(schema)
        return [without_nulls(item, items) for item in value] if items else value
    return value


def _object_with_defaults(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    result = dict(value)
    properties = properties_of(schema)
    for name, field in properties.items():
        default = _default(field)
        if default is not None and (name not in result or _is_unwanted_null(result[name], field)):
            result[name] = default
    others = others_of(schema)
    for name, item in result.items():
        if name in properties:
            result[name] = with_defaults(item, properties[name])
        elif others is not None:
            result[name] = with_defaults(_present(item, others), others)
    return result


def _present(item: Any, schema: Schema) -> Any:
    return _default(schema) if _is_unwanted_null(item, schema) else item


def _default(schema: Schema | None) -> Any:
    return schema.get("default") if schema else None


def _is_unwanted_null(value: Any, schema: Schema | None) -> bool:
    return value is None and schema is not None and not schema.get("nullable")
