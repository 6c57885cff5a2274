"""x-kubernetes-list-type, -list-map-keys and -map-type in schemas.

After ValidateCustomResourceDefinitionOpenAPISchema and validateMapListKeysMapSet in
pkg/apis/apiextensions/validation/validation.go (v1.36).
"""

from __future__ import annotations

from engine.apiserver.custom.schema import (
    LIST_KEYS,
    LIST_TYPE,
    Schema,
    items_of,
    mapping,
    properties_of,
)
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    forbidden,
    invalid,
    not_supported,
    required,
)

MAP_TYPE = "x-kubernetes-map-type"
_AS_ITEM = "must be atomic as item of a list with x-kubernetes-list-type=set"


def validate_list_type(schema: Schema, path: Path) -> list[FieldError]:
    """What a schema says of how lists and maps are merged."""
    errors = _validate_owner(schema, path, MAP_TYPE, "object", ("atomic", "granular"))
    errors += _validate_owner(schema, path, LIST_TYPE, "array", ("atomic", "set", "map"))
    kind, keys = schema.get(LIST_TYPE), schema.get(LIST_KEYS) or []
    items, where = items_of(schema), path.child("items")
    if schema.get("type") == "array" and kind == "set" and items is not None:
        errors += _validate_set_items(items, where)
    if keys and kind != "map":
        explanation = "must be map if x-kubernetes-list-map-keys is non-empty"
        at = path.child(LIST_TYPE)
        errors.append(required(at, explanation) if kind is None else invalid(at, kind, explanation))
    if kind == "map":
        errors += _validate_map(schema, path)
    if kind in ("set", "map") and items is not None:
        if items.get("nullable") is True:
            explanation = f"cannot be nullable when x-kubernetes-list-type is {kind}"
            errors.append(forbidden(where.child("nullable"), explanation))
        if kind == "map":
            errors += _validate_keys(items, keys, where.child("properties"))
    return errors


def _validate_owner(
    schema: Schema, path: Path, name: str, kind: str, allowed: tuple[str, ...]
) -> list[FieldError]:
    value, own = schema.get(name), schema.get("type") or ""
    if value is None:
        return []
    errors = []
    if own != kind:
        explanation, at = f"must be {kind} if {name} is specified", path.child("type")
        errors.append(invalid(at, own, explanation) if own else required(at, explanation))
    if value not in allowed:
        errors.append(not_supported(path.child(name), value, allowed))
    return errors


def _validate_set_items(items: Schema, path: Path) -> list[FieldError]:
    if items.get("type") == "array" and items.get(LIST_TYPE) not in (None, "atomic"):
        return [invalid(path.child(LIST_TYPE), items.get(LIST_TYPE), _AS_ITEM)]
    if items.get("type") == "object" and items.get(MAP_TYPE) != "atomic":
        return [invalid(path.child(MAP_TYPE), items.get(LIST_TYPE), _AS_ITEM)]
    return []


def _validate_map(schema: Schema, path: Path) -> list[FieldError]:
    errors, keys = [], schema.get(LIST_KEYS) or []
    at = path.child(LIST_KEYS)
    if not keys:
        errors.append(required(at, "must not be empty if x-kubernetes-list-type is map"))
    items = items_of(schema)
    if items is None:
        explanation = "must have a schema if x-kubernetes-list-type is map"
        return [*errors, required(path.child("items"), explanation)]
    kind = items.get("type") or ""
    if kind != "object":
        explanation = "must be object if parent array's x-kubernetes-list-type is map"
        return [*errors, invalid(path.child("items", "type"), kind, explanation)]
    for index, key in enumerate(keys):
        if key not in properties_of(items):
            errors.append(invalid(at, keys, "entries must all be names of item properties"))
        elif mapping(properties_of(items)[key]).get("type") in ("array", "object"):
            where = path.child("items", "properties").key(key).child("type")
            explanation = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            errors.append(invalid(where, kind, explanation))
        if key in keys[:index]:
            errors.append(invalid(at, keys, "must not contain duplicate entries"))
    return errors


def _validate_keys(items: Schema, keys: list[str], path: Path) -> list[FieldError]:
    errors = []
    for key in keys:
        field = properties_of(items).get(key)
        if field is None:
            continue
        if key not in (items.get("required") or ()) and field.get("default") is None:
            explanation = (
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a "
                "required property"
            )
            errors.append(required(path.key(key).child("default"), explanation))
        if field.get("nullable") is True:
            explanation = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"
            errors.append(forbidden(path.key(key).child("nullable"), explanation))
    return errors
