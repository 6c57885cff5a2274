"""Reading structural schemas, as CustomResourceDefinitions hold them (apiextensions.k8s.io/v1).

A schema is JSON that a cluster has accepted; still nothing here trusts its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]

INT_OR_STRING = "x-kubernetes-int-or-string"
PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
LIST_TYPE = "x-kubernetes-list-type"
LIST_KEYS = "x-kubernetes-list-map-keys"
VALIDATIONS = "x-kubernetes-validations"

TYPE_META = ("apiVersion", "kind")
META_FIELDS = ("apiVersion", "kind", "metadata")


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def properties_of(schema: Schema | None) -> Mapping[str, Schema]:
    """The schemas of the named fields."""
    return mapping(schema.get("properties")) if schema else {}


def items_of(schema: Schema | None) -> Schema | None:
    """The schema of a list's items."""
    items = schema.get("items") if schema else None
    return items if isinstance(items, Mapping) else None


def others_of(schema: Schema | None) -> Schema | None:
    """The schema of the fields that are not named; None if they have none."""
    others = schema.get("additionalProperties") if schema else None
    return others if isinstance(others, Mapping) else None


def allows_others(schema: Schema) -> bool:
    """Whether `additionalProperties` says anything, a bare true or false included."""
    return schema.get("additionalProperties") is not None


def field_of(schema: Schema | None, name: str) -> Schema | None:
    """The schema of a field: its own, or that of all that are not named."""
    found = properties_of(schema).get(name)
    return found if isinstance(found, Mapping) else others_of(schema)


def has(schema: Schema | None, wanted: Callable[[Schema], bool]) -> bool:
    """Whether the schema, or one of a field or item in it, is as wanted."""
    if not schema:
        return False
    if wanted(schema) or has(items_of(schema), wanted) or has(others_of(schema), wanted):
        return True
    return any(has(each, wanted) for each in properties_of(schema).values() if mapping(each))
