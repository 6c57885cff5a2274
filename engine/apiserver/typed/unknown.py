"""Fields of a body that its type does not have, which a client may ask to be told of.

`fieldValidation=Strict` makes them an error, `Warn` a warning (k8s.io/apimachinery
pkg/runtime/serializer/json/json.go, v1.36; the texts are those of sigs.k8s.io/json).
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from engine.apiserver.typed.errors import DecodeError
from engine.apiserver.typed_form import type_name
from engine.schema.go_types import GoType, go_types

ERRORS_MAX = 100
"""As many are told (sigs.k8s.io/json, saveStrictError)."""


def unknown_fields(obj: dict[str, Any]) -> list[str]:
    """`unknown field "spec.containers[0].imagee"` for each, in the order of the body.

    What has no Go type, or one that decodes itself, is not looked into; neither is what does not
    fit its type, for that is refused anyway. A body that is nested too deeply is a DecodeError.
    """
    name = type_name(obj.get("apiVersion"), obj.get("kind"))
    if name is None:
        return []
    try:
        found = dict.fromkeys(_in_struct(name, obj, ""))
    except RecursionError:
        raise DecodeError("exceeded max depth") from None
    return [f'unknown field "{path}"' for path in islice(found, ERRORS_MAX)]


def unknown_in(name: str, value: Any, path: str) -> list[str]:
    """The paths of the unknown fields of a named struct that stands at `path`."""
    return list(dict.fromkeys(_in_struct(name, value, path)))


def _in_struct(name: str, value: Any, path: str) -> Iterator[str]:
    declared = go_types().get(name)
    if declared is None or not isinstance(value, dict):
        return
    for key, item in value.items():
        at = f"{path}.{key}" if path else key
        field = declared.fields.get(key)
        if field is None:
            yield at
        else:
            yield from _in(field.type, item, at)


def _in(go_type: GoType, value: Any, path: str) -> Iterator[str]:
    if go_type.form == "struct":
        yield from _in_struct(go_type.struct, value, path)
    elif go_type.element is None:
        return
    elif go_type.form == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _in(go_type.element, item, f"{path}[{index}]")
    elif go_type.form == "map" and isinstance(value, dict):
        for key, item in value.items():
            yield from _in(go_type.element, item, f"{path}.{key}")
    elif go_type.form == "pointer":
        yield from _in(go_type.element, value, path)
