"""Lists that are sets or maps hold nothing twice.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go, v1.36.
"""

from __future__ import annotations

import json
from typing import Any

from engine.apiserver.custom.schema import (
    LIST_KEYS,
    LIST_TYPE,
    Schema,
    items_of,
    mapping,
    others_of,
    properties_of,
)
from engine.apiserver.validation.field import FieldError, Path, duplicate, invalid

_ROOT = Path()


def validate_lists(value: Any, schema: Schema | None, path: Path = _ROOT) -> list[FieldError]:
    """What a value's lists hold twice though their x-kubernetes-list-type forbids it."""
    if not schema:
        return []
    if isinstance(value, list):
        return _validate_list(value, schema, path)
    errors: list[FieldError] = []
    if isinstance(value, dict):
        properties, others = properties_of(schema), others_of(schema)
        for name, item in value.items():
            if others is not None:
                errors += validate_lists(item, others, path.key(name))
            if name in properties:
                errors += validate_lists(item, mapping(properties[name]), path.child(name))
    return errors


def _validate_list(value: list[Any], schema: Schema, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if schema.get(LIST_TYPE) == "set":
        errors += [duplicate(path.index(i), value[i]) for i in _repeated(value)]
    elif schema.get(LIST_TYPE) == "map":
        errors += _validate_map(value, schema, path)
    items = items_of(schema)
    if items is not None:
        for i, item in enumerate(value):
            errors += validate_lists(item, items, path.index(i))
    return errors


def _validate_map(value: list[Any], schema: Schema, path: Path) -> list[FieldError]:
    for i, item in enumerate(value):
        if item is not None and not isinstance(item, dict):
            return [invalid(path.index(i), item, "must be an object for an array of list-type map")]
    names = [name for name in schema.get(LIST_KEYS) or () if isinstance(name, str)]
    keys = [{name: item[name] for name in names if name in item} if item else {} for item in value]
    return [duplicate(path.index(i), keys[i]) for i in _repeated(keys)]


def _repeated(values: list[Any]) -> list[int]:
    """Where values come for the second time; a third time is not told of."""
    seen: dict[str, int] = {}
    repeated = []
    for i, value in enumerate(values):
        # 1, 1.0 and true are three values here, as they are for Go.
        text = json.dumps(value, sort_keys=True)
        seen[text] = seen.get(text, 0) + 1
        if seen[text] == 2:
            repeated.append(i)
    return repeated
