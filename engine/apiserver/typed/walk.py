"""Functions over the structs of an object, each where its Go type stands.

What Kubernetes generates for every kind (SetObjectDefaults_* of defaulter-gen, the conversions of
conversion-gen) is here one walk over the fields of the types, compiled once for each type. A
struct's own function comes first, then what its fields hold, level by level. The walk leads only to
where there is something to do.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.apiserver.typed_form import type_name
from engine.schema.go_types import NOTHING, GoField, GoStruct, GoType, go_types

Object = dict[str, Any]
OfStruct = Callable[[Object], None]
"""Changes a struct in its typed form, in place."""
OfValue = Callable[[Any], Any]
"""Gives the new value of a list, map or scalar that is neither null nor empty."""


class Walks:
    """The walks of one purpose.

    `structs` are functions by the full names of structs, `named` by the names that Go gives other
    types (`v1.ResourceList`); with `markers` the fields' `+default` markers are set as well, after
    the function of the struct.
    """

    def __init__(
        self,
        structs: Mapping[str, OfStruct],
        named: Mapping[str, OfValue] | None = None,
        *,
        markers: bool = False,
    ) -> None:
        self.structs = structs
        self.named = named or {}
        self.markers = markers
        self._walks: dict[str, _Walk] = {}
        self._of_kinds: dict[tuple[object, object], _Walk] = {}
        self._leads: dict[str, bool] = {}

    def apply(self, obj: Object, like: Object | None = None) -> None:
        """Walk over an object, which is in its typed form; one that is no Go type stays as it is.

        What it shares with `like`, over which the walk went before, is passed over.
        """
        kind = (obj.get("apiVersion"), obj.get("kind"))
        walk = self._of_kinds.get(kind) or self._of_kind(*kind)
        if walk.is_idle:
            return
        if like is None:
            walk.apply(obj)
        else:
            walk.apply_to_whole(obj, like)

    def _of_kind(self, api_version: object, kind: object) -> "_Walk":
        name = type_name(api_version, kind)
        found = _Walk(None) if name is None else self.of(name)
        self._of_kinds[api_version, kind] = found
        return found

    def of(self, name: str) -> "_Walk":
        """The walk over the struct of that full name, compiled when it is asked for first."""
        found = self._walks.get(name)
        if found is None:
            found = self._walks[name] = _Walk(self.structs.get(name))
            declared = go_types().get(name)
            if declared is not None:
                found.complete(declared, self)
        return found

    def leads(self, name: str) -> bool:
        """Whether there is something to do in the struct or below it."""
        if name not in self._leads:
            self._explore(name)
        return self._leads[name]

    def _explore(self, root: str) -> None:
        """Find out for all structs at once that can be reached: types refer to themselves."""
        holders: dict[str, set[str]] = {}
        pending, found = [root], {root}
        leads = set()
        while pending:
            name = pending.pop()
            declared = go_types().get(name)
            if name in self.structs or self._leads.get(name):
                leads.add(name)
            for field in declared.fields.values() if declared else ():
                if self.is_set(field) or field.type.name in self.named:
                    leads.add(name)
                below = innermost(field.type)
                holders.setdefault(below, set()).add(name)
                if below not in found:
                    found.add(below)
                    pending.append(below)
        pending = sorted(leads)
        while pending:
            new = holders.get(pending.pop(), set()) - leads
            leads |= new
            pending.extend(sorted(new))
        self._leads.update({name: name in leads for name in found})

    def is_set(self, field: GoField) -> bool:
        """Whether a `+default` marker shows: a zero value that is left out anyway does not."""
        return (
            self.markers
            and field.default is not NOTHING
            and (bool(field.default) or field.type.form == "pointer" or field.printed)
        )


class _Walk:
    """What is done to one struct and below it."""

    __slots__ = ("_below", "_beside", "_named", "_own", "_set", "is_idle")

    def __init__(self, own: OfStruct | None) -> None:
        self._own = own
        self.is_idle = own is None
        """Whether there is nothing to do in the struct nor below it."""
        self._set: list[tuple[str, Any]] = []
        self._named: list[tuple[str, OfValue]] = []
        self._below: list[tuple[str, Callable[[Any], None]]] = []
        self._beside: list[tuple[str, Callable[[Any, Any], None]]] = []

    def complete(self, declared: GoStruct, walks: Walks) -> None:
        """Fill in the fields: apart from the making, because types refer to themselves."""
        for key, field in declared.fields.items():
            if walks.is_set(field):
                self._set.append((key, field.default))
            if (function := walks.named.get(field.type.name)) is not None:
                self._named.append((key, function))
            target = innermost(field.type)
            if walks.leads(target):
                self._below.append((key, _through(field.type, walks.of(target))))
                self._beside.append((key, _through_beside(field.type, walks.of(target))))
        self.is_idle = not (self._own or self._set or self._named or self._below)

    def apply(self, obj: Object) -> None:
        self._complete(obj)
        for key, go_below in self._below:
            if obj.get(key) is not None:
                go_below(obj[key])

    def apply_beside(self, obj: Object, like: Any) -> None:
        """As `apply`, but for what is shared with `like`."""
        if obj is like:
            return
        self._complete(obj)
        self._go_below(obj, like if type(like) is dict else {})

    def apply_to_whole(self, obj: Object, like: Object) -> None:
        """As `apply_beside`, where the struct's own function may change parts that are shared.

        It is given copies of them; those that it leaves as they are stay shared.
        """
        if self._own is None:
            self.apply_beside(obj, like)
            return
        shared = {
            key: part
            for key, part in like.items()
            if obj.get(key) is part and isinstance(part, dict)
        }
        for key, part in shared.items():
            obj[key] = part.copy()
        self._complete(obj)
        for key, part in shared.items():
            if obj.get(key) == part:
                obj[key] = part
        self._go_below(obj, like)

    def _go_below(self, obj: Object, like: Object) -> None:
        for key, go_below in self._beside:
            value = obj.get(key)
            if value is not None:
                before = like.get(key)
                if value is not before:
                    go_below(value, before)

    def _complete(self, obj: Object) -> None:
        if self._own is not None:
            self._own(obj)
        for key, value in self._set:
            if obj.get(key) is None:
                obj[key] = value
        for key, function in self._named:
            if obj.get(key):
                obj[key] = function(obj[key])


def innermost(go_type: GoType) -> str:
    """The struct that a field holds, through pointers, lists and maps; "" if it holds none."""
    while go_type.element is not None:
        go_type = go_type.element
    return go_type.struct


def _through(go_type: GoType, below: _Walk) -> Callable[[Any], None]:
    """How to come from a field to the structs that it holds."""
    apply = below.apply

    def to_each(items: list[Object]) -> None:
        for item in items:
            apply(item)

    def to_values(items: dict[str, Object]) -> None:
        for item in items.values():
            apply(item)

    if go_type.form == "list":
        return to_each
    return to_values if go_type.form == "map" else apply


def _through_beside(go_type: GoType, below: _Walk) -> Callable[[Any, Any], None]:
    """As `_through`, passing over the items that a list shares with the one beside it."""
    apply = below.apply

    def to_each(items: list[Object], like: Any) -> None:
        known = set(map(id, like)) if type(like) is list else ()
        for item in items:
            if id(item) not in known:
                apply(item)

    def to_values(items: dict[str, Object], _: Any) -> None:
        for item in items.values():
            apply(item)

    if go_type.form == "list":
        return to_each
    return to_values if go_type.form == "map" else below.apply_beside
