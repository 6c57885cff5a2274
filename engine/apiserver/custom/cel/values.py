"""What a rule sees of an object: `self` and `oldSelf`, as the schema types them.

Source: k8s.io/apiserver pkg/cel/common/values*.go, pkg/cel/escaping.go, k8s.io/
apiextensions-apiserver pkg/apiserver/schema/cel/model/schemas.go, v1.36.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.apiserver.custom.correlation import item_like
from engine.apiserver.custom.json_values import as_characters
from engine.apiserver.custom.schema import (
    EMBEDDED,
    INT_OR_STRING,
    LIST_TYPE,
    PRESERVE,
    TYPE_META,
    Schema,
    items_of,
    mapping,
    others_of,
    properties_of,
)

_RESERVED = frozenset({
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function",
    "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
})  # fmt: skip
_ESCAPABLE = re.compile(r"[a-zA-Z_./-][a-zA-Z0-9_./-]*", re.ASCII)
_SYMBOLS = re.compile(r"__|[./-]")
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}

_TYPED_TEXTS = {"duration": "duration", "date": "timestamp", "date-time": "timestamp",
                "datetime": "timestamp"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that is a duration or a time to rules: only CEL itself can make one."""

    function: str
    text: str


def escaped(name: str) -> str | None:
    """The name of a field as rules spell it; None if they cannot."""
    if name in _RESERVED:
        return f"__{name}__"
    if not _ESCAPABLE.fullmatch(name):
        return None
    return _SYMBOLS.sub(lambda match: _ESCAPES[match[0]], name)


def as_seen(value: Any, schema: Schema | None, *, resource: bool = False) -> Any:
    """The value as a rule sees it: no fields that the schema does not name, numbers of its type."""
    if value is None or not schema or schema.get(INT_OR_STRING) is True:
        return value
    if isinstance(value, dict):
        return _seen_object(value, schema, resource)
    if isinstance(value, list):
        items = items_of(schema)
        embedded = items is not None and items.get(EMBEDDED) is True
        return [as_seen(item, items, resource=embedded) for item in value]
    if isinstance(value, str):
        return _seen_text(value, str(schema.get("format") or ""))
    if schema.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if schema.get("type") == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _seen_object(value: dict[str, Any], schema: Schema, resource: bool) -> dict[str, Any]:
    properties, others = properties_of(schema), others_of(schema)
    if not properties and others is None and schema.get(PRESERVE) is True:
        return value
    seen: dict[str, Any] = {}
    if resource:
        seen = {name: value[name] for name in TYPE_META if name in value}
        metadata = value.get("metadata")
        if isinstance(metadata, Mapping):
            names = ("name", "generateName")
            seen["metadata"] = {name: metadata[name] for name in names if name in metadata}
    for name, item in value.items():
        if name in properties:
            field = mapping(properties[name])
            own = escaped(name)
            if own is not None and own not in seen:
                seen[own] = as_seen(item, field, resource=field.get(EMBEDDED) is True)
        elif others is not None:
            seen[name] = as_seen(item, others, resource=others.get(EMBEDDED) is True)
    return seen


def _seen_text(value: str, name: str) -> Any:
    if name == "byte":
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            return value
    function = _TYPED_TEXTS.get(name)
    if function is None:
        return value
    return Typed(function, f"{value}T00:00:00Z" if name == "date" else value)


def spelled(value: Any, name: str) -> str | None:
    """An expression for a value that is bound to `name`; None if the name alone will do."""
    if isinstance(value, Typed):
        return f"{value.function}({_text(value.text)})"
    if isinstance(value, dict):
        places = {_text(key): item for key, item in value.items()}
        parts = {key: spelled(item, f"{name}[{key}]") for key, item in places.items()}
        if not any(parts.values()):
            return None
        fields = (f"{key}: {part or f'{name}[{key}]'}" for key, part in parts.items())
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        items = [spelled(item, f"{name}[{i}]") for i, item in enumerate(value)]
        if not any(items):
            return None
        return f"[{', '.join(item or f'{name}[{i}]' for i, item in enumerate(items))}]"
    return None


def bindable(value: Any) -> Any:
    """The value with texts where CEL makes its own values of them."""
    if isinstance(value, Typed):
        return value.text
    if isinstance(value, dict):
        return {key: bindable(item) for key, item in value.items()}
    return [bindable(item) for item in value] if isinstance(value, list) else value


def aligned(old: Any, new: Any, schema: Schema | None) -> Any:
    """The old value in the order of the new: sets and maps are equal whatever their order."""
    if not schema or type(old) is not type(new):
        return old
    if isinstance(old, dict):
        properties, others = properties_of(schema), others_of(schema)
        return {
            name: aligned(item, new[name], mapping(properties.get(name)) or others)
            if name in new
            else item
            for name, item in old.items()
        }
    if isinstance(old, list) and schema.get(LIST_TYPE) in ("set", "map"):
        return _aligned_list(old, new, schema)
    return old


def _aligned_list(old: list[Any], new: list[Any], schema: Schema) -> list[Any]:
    if len(old) != len(new):
        return old
    items = items_of(schema)
    by_keys = [aligned(item, item_like(item, new, schema), items) for item in old]
    texts = [sorted(json.dumps(item, sort_keys=True) for item in each) for each in (by_keys, new)]
    return new if texts[0] == texts[1] else old


def _text(value: str) -> str:
    """A literal of CEL: JSON's escapes are among its own, but for halves of surrogate pairs."""
    return json.dumps(as_characters(value), ensure_ascii=False)
