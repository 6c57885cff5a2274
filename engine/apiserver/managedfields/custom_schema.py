"""Types of custom resources, from the schemas of their definitions.

Source: k8s.io/kube-openapi pkg/schemaconv/openapi.go, fed as k8s.io/apiextensions-apiserver
pkg/controller/openapi/builder/builder.go does (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.apiserver.managedfields import schema
from engine.apiserver.managedfields.schema import (
    DEDUCED,
    SCALARS,
    UNTYPED,
    Atom,
    ListForm,
    MapForm,
    scalar_atom,
)

_META = {"apiVersion": "string", "kind": "string"}


def custom_atom(declared: object, preserve_unknown: bool = False) -> Atom:
    """The type of a custom resource with that `openAPIV3Schema`; free of form if there is none."""
    if not isinstance(declared, Mapping):
        return schema.FREE_FORM
    return _atom(declared, preserve_unknown, with_metadata=True)


def _atom(declared: Mapping[str, Any], preserve: bool, with_metadata: bool = False) -> Atom:
    preserve = preserve or declared.get("x-kubernetes-preserve-unknown-fields") is True
    json_type = declared.get("type") or ""
    embedded = with_metadata or declared.get("x-kubernetes-embedded-resource") is True
    if json_type == "object":
        return Atom(map_form=_map(declared, preserve, embedded))
    if json_type == "array":
        return Atom(list_form=_list(declared, preserve))
    if json_type in SCALARS:
        return scalar_atom(json_type, str(declared.get("format") or ""))
    return Atom("untyped", _list(declared, preserve), _map(declared, preserve, embedded))


def _map(declared: Mapping[str, Any], preserve: bool, with_metadata: bool) -> MapForm:
    properties = {
        name: member
        for name, member in _mapping(declared.get("properties")).items()
        if isinstance(member, Mapping)
    }
    fields: dict[str, Callable[[], Atom]] = {
        name: _compiler(member, preserve) for name, member in properties.items()
    }
    if with_metadata:
        fields |= {name: _scalar(json_type) for name, json_type in _META.items()}
        fields["metadata"] = schema.object_meta
    element = _element(declared, preserve, bool(fields))
    return MapForm(
        fields,
        element,
        declared.get("x-kubernetes-map-type") == "atomic",
        {name: member["default"] for name, member in properties.items() if "default" in member},
        deduced=not fields and element is _deduced,
    )


def _element(
    declared: Mapping[str, Any], preserve: bool, has_fields: bool
) -> Callable[[], Atom] | None:
    """What unnamed fields hold; None if there may be none."""
    others = declared.get("additionalProperties")
    if isinstance(others, Mapping):
        return _compiler(others, preserve)
    if others is True:
        return _deduced
    if others is None and (preserve or not has_fields):
        return _deduced
    return None


def _list(declared: Mapping[str, Any], preserve: bool) -> ListForm:
    items = declared.get("items")
    element = _compiler(items, preserve) if isinstance(items, Mapping) else _untyped
    list_type = declared.get("x-kubernetes-list-type")
    keys = declared.get("x-kubernetes-list-map-keys")
    names = tuple(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else ()
    return ListForm(element, list_type not in ("map", "set"), names if list_type == "map" else ())


def _compiler(declared: Mapping[str, Any], preserve: bool) -> Callable[[], Atom]:
    return lambda: _atom(declared, preserve)


def _scalar(json_type: str) -> Callable[[], Atom]:
    return lambda: SCALARS[json_type]


def _deduced() -> Atom:
    return DEDUCED


def _untyped() -> Atom:
    return UNTYPED


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
