"""Bodies as they were recorded: JSON text that may be anything, read without ever failing.

A body comes from a log that anybody may have written. What is not of the form that is asked for
reads as absent; only `usable` says so, for those who compute with the whole of an object.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import orjson

Object = dict[str, Any]

UNREADABLE = (msgspec.DecodeError, UnicodeEncodeError, RecursionError)
"""What decoding a text raises that is no JSON, of another form, no UTF-8 or nested too deep."""


def parsed(text: str | None) -> Object:
    """The object that a text spells; empty if it spells none."""
    try:
        value = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


@lru_cache(maxsize=4)
def shared(text: str | None) -> Any:
    """The value that a text spells, None if it spells none; not to be changed.

    A request is asked for several times in a row, and is read once. Few are kept: what is let go
    soon is still in the processor's cache, and so is the memory that the next one is put into.
    """
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None


def shared_object(text: str | None) -> Object:
    """The object that a text spells, empty if it spells none; not to be changed."""
    value = shared(text)
    return value if isinstance(value, dict) else {}


def spelled(body: Object) -> str:
    """The text of an object."""
    return orjson.dumps(body).decode()


def part(obj: Mapping[str, Any], *path: str) -> Object:
    """The object at a path of an object; empty if there is none."""
    value: Any = obj
    for name in path:
        if not isinstance(value, dict):
            return {}
        value = value.get(name)
    return value if isinstance(value, dict) else {}


def metadata_of(obj: Mapping[str, Any]) -> Object:
    """The metadata of an object; empty if it has none."""
    metadata = obj.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def items_of(text: str | None) -> list[Object]:
    """The objects in a list."""
    items = parsed(text).get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def revision_of(value: Any) -> int | None:
    """A revision as bodies spell it: decimal digits in a string."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return None


class SeenMetadata(msgspec.Struct, rename="camel"):
    """What a body's metadata tells about the object's life."""

    uid: str | None = None
    resource_version: str | None = None
    deletion_timestamp: str | None = None
    deletion_grace_period_seconds: int | None = None
    finalizers: list[str] | None = None


class SeenSpec(msgspec.Struct, rename="camel"):
    """What a body's spec tells about the object's life."""

    node_name: str | None = None
    finalizers: list[str] | None = None


class Seen(msgspec.Struct, rename="camel"):
    """The few fields of a body by which writes are put in order; the rest is skipped over."""

    kind: str | None = None
    metadata: SeenMetadata = msgspec.field(default_factory=SeenMetadata)
    spec: SeenSpec = msgspec.field(default_factory=SeenSpec)


_decode_seen = msgspec.json.Decoder(Seen).decode


def seen(text: str | None) -> Seen:
    """What a body tells about its object's life; nothing if it is not of an object's form."""
    try:
        return _decode_seen(text) if text else Seen()
    except UNREADABLE:
        return Seen()


class _FieldsV1(msgspec.Struct, frozen=True):
    """An object, whatever is in it: what it holds is skipped over."""


class _ManagedField(msgspec.Struct, rename="camel"):
    manager: str = ""
    operation: str = ""
    api_version: str = ""
    subresource: str = ""
    time: datetime | None = None
    fields_v1: _FieldsV1 = _FieldsV1()


class _Metadata(msgspec.Struct, rename="camel"):
    name: str
    uid: str | None = None
    resource_version: str | None = None
    generation: int = 0
    deletion_timestamp: datetime | None = None
    deletion_grace_period_seconds: int | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    finalizers: list[str] | None = None
    managed_fields: list[_ManagedField] | None = None


class _Condition(msgspec.Struct, rename="camel"):
    type: str | None = None
    status: str | None = None


class _Status(msgspec.Struct, rename="camel"):
    phase: str | None = None
    conditions: list[_Condition] | None = None


class _Spec(msgspec.Struct, rename="camel"):
    node_name: str | None = None
    termination_grace_period_seconds: int | None = None


class _Usable(msgspec.Struct, rename="camel"):
    """The form that rules rely on. Custom resources keep to it in their metadata alone."""

    metadata: _Metadata


class _UsablePod(_Usable, rename="camel"):
    spec: _Spec
    status: _Status = msgspec.field(default_factory=_Status)


_decode_usable = msgspec.json.Decoder(_Usable).decode
_decode_usable_pod = msgspec.json.Decoder(_UsablePod).decode


def usable(text: str | None, *, pod: bool = False) -> Object | None:
    """A whole object whose form the API server's rules can rely on; else None."""
    return parsed(text) or None if is_usable(text, pod=pod) else None


def is_usable(text: str | None, *, pod: bool = False) -> bool:
    """Whether a text spells an object whose form the API server's rules can rely on."""
    try:
        if not text:
            return False
        _ = _decode_usable_pod(text) if pod else _decode_usable(text)
        return True
    except UNREADABLE:
        return False


class DeleteOptions(msgspec.Struct, rename="camel"):
    """The fields of meta/v1 DeleteOptions that decide what a delete does."""

    grace_period_seconds: int | None = None
    propagation_policy: str | None = None
    orphan_dependents: bool | None = None


def delete_options(body: Any) -> DeleteOptions:
    """The options of a delete; the defaults if they are not of their form."""
    try:
        return msgspec.convert(body, DeleteOptions)
    except msgspec.ValidationError:
        return DeleteOptions()
