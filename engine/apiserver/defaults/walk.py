"""Which defaults an object of a Go type gets, and where: what defaulter-gen generates.

A type's own function comes first, then the `+default` markers of its fields, then what its fields
hold, level by level, as the generated SetObjectDefaults_* do
(pkg/apis/*/*/zz_generated.defaults.go, v1.36). The walk leads only to where something is set.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from engine.apiserver.defaults.contract import Object, SetDefaults
from engine.apiserver.defaults.quantities import round_list
from engine.apiserver.defaults.registry import BY_TYPE
from engine.schema.go_types import NOTHING, GoField, GoStruct, GoType, go_types

RESOURCE_LIST = "v1.ResourceList"


class Walk:
    """What is set in one struct and below it."""

    __slots__ = ("_below", "_own", "_rounded", "_set")

    def __init__(self, own: SetDefaults | None) -> None:
        self._own = own
        self._set: list[tuple[str, Any]] = []
        self._rounded: list[str] = []
        self._below: list[tuple[str, Callable[[Any], None]]] = []

    def complete(self, declared: GoStruct, leads: frozenset[str]) -> None:
        """Fill in the fields: apart from the making, because types refer to themselves."""
        for key, field in declared.fields.items():
            if _is_set_by_marker(field):
                self._set.append((key, field.default))
            if field.type.name == RESOURCE_LIST:
                self._rounded.append(key)
            target = _innermost(field.type)
            if target in leads:
                self._below.append((key, _through(field.type, walk(target))))

    def apply(self, obj: Object) -> None:
        """Set the defaults of the struct, in place; it is in its typed form."""
        if self._own is not None:
            self._own(obj)
        for key, value in self._set:
            if obj.get(key) is None:
                obj[key] = value
        for key in self._rounded:
            if obj.get(key):
                obj[key] = round_list(obj[key])
        for key, go_below in self._below:
            if obj.get(key) is not None:
                go_below(obj[key])


def _is_set_by_marker(field: GoField) -> bool:
    """Whether a `+default` marker shows: a zero value that is left out anyway does not."""
    return field.default is not NOTHING and (
        bool(field.default) or field.type.form == "pointer" or field.printed
    )


def _innermost(go_type: GoType) -> str:
    while go_type.element is not None:
        go_type = go_type.element
    return go_type.struct


def _through(go_type: GoType, below: Walk) -> Callable[[Any], None]:
    """How to come from a field to the structs that it holds."""
    apply = below.apply

    def to_each(items: list[Object] | None) -> None:
        for item in items or ():
            apply(item)

    def to_values(items: dict[str, Object] | None) -> None:
        for item in (items or {}).values():
            apply(item)

    if go_type.form == "list":
        return to_each
    return to_values if go_type.form == "map" else apply


_WALKS: dict[str, Walk] = {}


def walk(name: str) -> Walk:
    """The walk over the struct of that full name, compiled when it is asked for first."""
    found = _WALKS.get(name)
    if found is None:
        found = _WALKS[name] = Walk(BY_TYPE.get(name))
        declared = go_types().get(name)
        if declared is not None:
            found.complete(declared, _leads())
    return found


@cache
def _leads() -> frozenset[str]:
    """The structs in which or below which something is set."""
    holders: dict[str, set[str]] = {}
    leads = set()
    for name in go_types():
        declared = go_types().get(name)
        assert declared is not None
        for field in declared.fields.values():
            holders.setdefault(_innermost(field.type), set()).add(name)
            if _is_set_by_marker(field) or field.type.name == RESOURCE_LIST:
                leads.add(name)
    leads.update(BY_TYPE)
    pending = sorted(leads)
    while pending:
        new = holders.get(pending.pop(), set()) - leads
        leads |= new
        pending.extend(sorted(new))
    return frozenset(leads)
