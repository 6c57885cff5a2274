"""Defaults of custom resources, which the API server fills in whenever it reads one.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema/defaulting/algorithm.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def with_defaults(value: Any, schema: Schema) -> Any:
    """`value` with the defaults of an OpenAPI v3 structural schema where fields are missing.

    A null is replaced too, unless the schema says that the field is nullable.
    """
    if isinstance(value, dict):
        return _object_with_defaults(value, schema)
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        return [with_defaults(_present(item, items), items) for item in value]
    return value


def schema_of(definition: Mapping[str, Any], version: str) -> Schema:
    """The schema of one version in a CustomResourceDefinition; empty if it has none."""
    for each in (definition.get("spec") or {}).get("versions") or ():
        if each.get("name") == version:
            return (each.get("schema") or {}).get("openAPIV3Schema") or {}
    return {}


def _object_with_defaults(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    result = dict(value)
    properties = schema.get("properties") or {}
    for name, field in properties.items():
        if "default" in field and (name not in result or _is_unwanted_null(result[name], field)):
            result[name] = field["default"]
    for name, item in result.items():
        if name in properties:
            result[name] = with_defaults(item, properties[name])
        elif isinstance(others := schema.get("additionalProperties"), dict):
            result[name] = with_defaults(_present(item, others), others)
    return result


def _present(item: Any, schema: Schema) -> Any:
    return schema["default"] if "default" in schema and _is_unwanted_null(item, schema) else item


def _is_unwanted_null(value: Any, schema: Schema) -> bool:
    return value is None and not schema.get("nullable")
