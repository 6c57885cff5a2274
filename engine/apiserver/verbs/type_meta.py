"""What a body says of its own type, and what is said of a body that is of another.

Source: k8s.io/apimachinery pkg/runtime/codec.go (DecodeInto), pkg/runtime/error.go,
pkg/runtime/serializer/json/meta.go (Interpret), v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.typed_form import DecodeError, type_name
from engine.apiserver.verbs.contract import Object
from engine.schema.resource import Resource

_WORDS: tuple[tuple[type, str], ...] = (
    (bool, "bool"),
    (int, "number"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)
"""Go's words for JSON's types."""


def type_of(body: Object, resource: Resource) -> tuple[str, str]:
    """apiVersion and kind of a body, those of the resource where it says nothing.

    DecodeError if they are no texts.
    """
    return _text(body, "apiVersion") or resource.api_version, _text(body, "kind") or resource.kind


def as_kind(body: Any, resource: Resource) -> Object:
    """A body as an object of the resource's kind; DecodeError if it is of another."""
    if not isinstance(body, dict):
        raise DecodeError(
            "couldn't get version/kind; json parse error: json: cannot unmarshal "
            f"{_word(body)} into Go value of type struct {{ APIVersion string "
            '"json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
        )
    if is_of_kind(body, resource):
        return body
    api_version, kind = type_of(body, resource)
    if (api_version, kind) == (resource.api_version, resource.kind):
        return of_kind(body, resource)
    if type_name(api_version, kind) is None:
        version = f'"{api_version}" in scheme "pkg/api/legacyscheme/scheme.go:30"'
        raise DecodeError(f'no kind "{kind}" is registered for version {version}')
    group, _, version = api_version.rpartition("/")
    package = resource.group.partition(".")[0] or "core"
    raise DecodeError(
        f"unable to decode {group}/{version}, Kind={kind} into *{package}.{resource.kind}"
    )


def of_kind(body: Object, resource: Resource) -> Object:
    """The body with the type of the resource, whatever it says itself."""
    if is_of_kind(body, resource):
        return body
    return {**body, "apiVersion": resource.api_version, "kind": resource.kind}


def is_of_kind(body: Object, resource: Resource) -> bool:
    """Whether the body itself names the type of the resource, as most do."""
    return body.get("kind") == resource.kind and body.get("apiVersion") == resource.api_version


def _text(body: Object, name: str) -> str:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise DecodeError(
            "couldn't get version/kind; json parse error: json: cannot unmarshal "
            f"{_word(value)} into Go struct field .{name} of type string"
        )
    return value or ""


def _word(value: Any) -> str:
    return next((word for kind, word in _WORDS if isinstance(value, kind)), "null")
