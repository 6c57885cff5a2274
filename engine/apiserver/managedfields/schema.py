"""What merging must know of a type: is it a scalar, a list or a map, and merged as a whole or not.

One Atom may allow several of the three (`any`, int-or-string); the value at hand decides. The rules
that make atoms out of OpenAPI are those of k8s.io/kube-openapi pkg/schemaconv/{openapi,smd}.go; the
ones of structured-merge-diff's schema are in its schema/elements.go (v6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from engine.schema.types import Elements, Field, Type, TypeReference, types

Scalar = Literal["numeric", "string", "boolean", "untyped"]

_STEPS_MAX = 4096
"""A type has fewer fields; the entries of a map are without bound."""

_FITTING: dict[str, frozenset[type]] = {
    "numeric": frozenset((int, float)),
    "string": frozenset((str,)),
    "boolean": frozenset((bool,)),
    "untyped": frozenset((int, float, str, bool)),
}


class Atom:
    """A type: at least one of its three forms. `name` is for messages.

    `fields` of a map are compiled when they are asked for, as types may contain themselves.
    """

    __slots__ = ("_keyed", "fitting", "forms", "list", "map", "only", "scalar", "settled")

    def __init__(
        self,
        scalar: Scalar | None = None,
        list_form: ListForm | None = None,
        map_form: MapForm | None = None,
    ) -> None:
        self.scalar = scalar
        self.list = list_form
        self.map = map_form
        self.forms: tuple[str, ...] = tuple(
            form
            for form, given in (("map", map_form), ("scalar", scalar), ("list", list_form))
            if given is not None
        )
        self.only = self.forms[0] if len(self.forms) == 1 else ""
        self.fitting = _FITTING[scalar] if scalar else frozenset[type]()
        """The Python types of the scalars that fit it."""
        self.settled: set[bytes] = set()
        """Field sets that were found to be in this type's terms (see reconcile)."""
        self._keyed: bool | None = None

    @property
    def keyed(self) -> bool:
        """Whether there are lists in it, or below, whose items are told apart."""
        if self._keyed is None:
            self._keyed = _reaches_keys(self)
        return self._keyed

    def form(self, value: Any) -> str:
        """The form that this value is taken in: deduceAtom and handleAtom of typed/helpers.go."""
        if self.only:
            return self.only
        found = (
            "map"
            if isinstance(value, dict)
            else "list"
            if isinstance(value, list)
            else "scalar"
            if isinstance(value, str | int | float)
            else ""
        )
        return found if found in self.forms else self.forms[0]


def _reaches_keys(root: Atom) -> bool:
    """Types contain themselves: each is looked at once."""
    seen, pending = {id(root)}, [root]
    while pending:
        atom = pending.pop()
        if atom.list is not None and not atom.list.atomic:
            return True
        below = [atom.list.element] if atom.list is not None else []
        for one in [*below, *(atom.map.all_below() if atom.map is not None else ())]:
            if id(one) not in seen:
                seen.add(id(one))
                pending.append(one)
    return False


class ListForm:
    """A list: atomic, or of items that are found by their keys, or by their values (a set)."""

    __slots__ = ("_element", "_keys", "atomic", "element_atom", "keys", "named", "only_key")

    def __init__(self, element: Callable[[], Atom], atomic: bool, keys: tuple[str, ...]) -> None:
        self._element = element
        self.atomic = atomic
        self.keys = keys
        self.only_key = keys[0] if len(keys) == 1 and keys[0].isidentifier() else None
        self.named: dict[str, str] = {}
        """Path elements of items by the texts of their only key (see lists)."""
        self._keys: tuple[tuple[str, Any], ...] | None = None
        self.element_atom: Atom | None = None

    @property
    def element(self) -> Atom:
        """The type of its items."""
        if self.element_atom is None:
            self.element_atom = self._element()
        return self.element_atom

    @property
    def keys_with_defaults(self) -> tuple[tuple[str, Any], ...]:
        """The keys by name, each with what it is when an item leaves it out; None for nothing."""
        if self._keys is None:
            form = self.element.map
            self._keys = tuple(
                (name, form.default(name) if form else None) for name in sorted(self.keys)
            )
        return self._keys


class Step(NamedTuple):
    """From a map to what stands under a name in it."""

    element: str
    """The path element."""
    atom: Atom
    is_scalar: bool
    """Whether that is a scalar, whatever is there."""
    map: MapForm | None
    """That as a map whose fields are merged one by one, if it may be one."""


class MapForm:
    """An object or a map: its named fields, and what all others hold (`element`)."""

    __slots__ = ("_defaults", "_fields", "_other", "atomic", "compiled", "deduced", "steps")

    def __init__(
        self,
        fields: Mapping[str, Callable[[], Atom]],
        element: Callable[[], Atom] | None,
        atomic: bool,
        defaults: Mapping[str, Any] | None = None,
        deduced: bool = False,
    ) -> None:
        self._fields = fields
        self._other = element
        self.atomic = atomic
        self._defaults = defaults or {}
        self.compiled: dict[str, Atom] = {}
        self.steps: dict[str, Step] = {}
        """Those that `step` made."""
        self.deduced = deduced
        """Whether nothing is known of it: no fields, and any value in all of them."""

    def names(self, field: str) -> bool:
        """Whether the field has a name here, and is no key of a map."""
        return field in self._fields

    def field(self, name: str) -> Atom | None:
        """The type of what stands there; None if nothing may."""
        found = self.compiled.get(name)
        if found is None:
            make = self._fields.get(name)
            if make is not None:
                found = self.compiled[name] = make()
            elif self._other is not None:
                # Names of map entries are without bound: only their one type is kept.
                found = self.compiled.get("")
                if found is None:
                    found = self.compiled[""] = self._other()
        return found

    def step(self, name: str) -> Step | None:
        """The way to what stands there; None if nothing may."""
        found = self.steps.get(name)
        if found is None:
            atom = self.field(name)
            if atom is None:
                return None
            below = None if atom.map is None or atom.map.atomic else atom.map
            found = Step(f"f:{name}", atom, atom.only == "scalar", below)
            if len(self.steps) >= _STEPS_MAX:
                self.steps.clear()
            self.steps[name] = found
        return found

    def all_below(self) -> list[Atom]:
        """The types of all that may stand in it."""
        found = [atom for name in self._fields if (atom := self.field(name)) is not None]
        return found if self._other is None else [*found, self._other()]

    def default(self, name: str) -> Any:
        """The field's default in OpenAPI, which completes the keys of list items."""
        return self._defaults.get(name)

    def with_atomic(self, atomic: bool) -> MapForm:
        """The same, merged as a whole or not."""
        return MapForm(self._fields, self._other, atomic, self._defaults, self.deduced)


def _untyped() -> Atom:
    return UNTYPED


def _deduced() -> Atom:
    return DEDUCED


UNTYPED = Atom("untyped", ListForm(_untyped, True, ()), MapForm({}, _untyped, True))
"""`__untyped_atomic_`: anything, replaced as a whole."""

DEDUCED = Atom("untyped", ListForm(_untyped, True, ()), MapForm({}, _deduced, False, deduced=True))
"""`__untyped_deduced_`: anything; maps are merged, lists replaced."""

FREE_FORM = Atom(map_form=MapForm({}, _deduced, False, deduced=True))
"""An object of which nothing is declared."""

ANY = Atom("untyped", ListForm(_untyped, True, ()), MapForm({}, _deduced, False, deduced=True))
"""A schema without a type."""

SCALARS: dict[str, Atom] = {
    "integer": Atom("numeric"),
    "number": Atom("numeric"),
    "string": Atom("string"),
    "boolean": Atom("boolean"),
    "untyped": Atom("untyped"),
}

# The two that pkg/schemaconv/openapi.go knows by name (kube-openapi).
_HARD_CODED = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": SCALARS["untyped"],
    "io.k8s.apimachinery.pkg.runtime.RawExtension": UNTYPED,
}


def scalar_atom(json_type: str, json_format: str) -> Atom:
    """A JSON type that is no list or object; strings of most formats may be any scalar."""
    if json_type == "string" and json_format not in ("", "byte"):
        return SCALARS["untyped"]
    return SCALARS.get(json_type, SCALARS["untyped"])


class Compiler:
    """Makes atoms of Kubernetes' own types; each once.

    An API server knows the defaults of OpenAPI v3, by which a port without a protocol has the key
    `TCP`; what works from OpenAPI v2, which leaves them out, does not.
    """

    def __init__(self, with_defaults: bool = True) -> None:
        self._with_defaults = with_defaults
        self._named: dict[str, Atom] = {}

    def kind(self, api_version: str, kind: str) -> Atom | None:
        """The type of objects of that kind; None if there is none."""
        group, _, version = api_version.rpartition("/")
        found = types().of_kind(group, version, kind)
        return None if found is None else self._map_of(found)

    def named(self, name: str) -> Atom:
        """The type of that name."""
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = self._declared(name)
        return found

    def _declared(self, name: str) -> Atom:
        hard_coded = _HARD_CODED.get(name)
        if hard_coded is not None:
            return hard_coded
        found = types().get(name)
        if found is None:
            return ANY
        return self._map_of(found) if not found.scalar else _without_fields(found.scalar)

    def _map_of(self, declared: Type) -> Atom:
        fields = {name: self._later(field) for name, field in declared.fields.items()}
        defaults = {
            name: field.default
            for name, field in declared.fields.items()
            if self._with_defaults and field.default is not None
        }
        # Without properties an object is free-form, which is said of `scalar` types only.
        return Atom(map_form=MapForm(fields, None, declared.map_type == "atomic", defaults))

    def _later(self, field: Field) -> Callable[[], Atom]:
        return lambda: self._of_field(field)

    def _of_field(self, field: Field) -> Atom:
        if isinstance(field.type, Elements) and field.type.items is not None:
            atomic, keys = _list_relationship(field)
            return Atom(list_form=ListForm(self._reference(field.type.items), atomic, keys))
        found = self._of_reference(field.type)
        if not field.map_type or found.map is None:
            return found
        atomic = field.map_type == "atomic"
        if found.map.atomic == atomic:
            return found
        return Atom(found.scalar, found.list, found.map.with_atomic(atomic))

    def _reference(self, reference: TypeReference) -> Callable[[], Atom]:
        return lambda: self._of_reference(reference)

    def _of_reference(self, reference: TypeReference) -> Atom:
        if isinstance(reference, str):
            if reference.startswith("io.k8s."):
                return self.named(reference)
            return _without_fields(reference)
        if reference.items is not None:
            return Atom(list_form=ListForm(self._reference(reference.items), True, ()))
        if reference.values is not None:
            return Atom(map_form=MapForm({}, self._reference(reference.values), False))
        return ANY


def _without_fields(scalar: str) -> Atom:
    json_type, _, json_format = scalar.partition(":")
    # IntOrString is `oneOf` in OpenAPI v3, and has no type.
    if json_type == "any" or json_format == "int-or-string":
        return ANY
    return FREE_FORM if json_type == "object" else scalar_atom(json_type, json_format)


def _list_relationship(field: Field) -> tuple[bool, tuple[str, ...]]:
    """(atomic, keys): getListElementRelationship."""
    if field.list_type:
        return field.list_type == "atomic", field.list_map_keys
    if field.patch_strategy in ("merge", "merge,retainKeys"):
        return False, (field.patch_merge_key,) if field.patch_merge_key else ()
    return True, ()


_COMPILER = Compiler()


@cache
def builtin(api_version: str, kind: str) -> Atom | None:
    """The type of Kubernetes' own objects of that kind; None if there is none."""
    return _COMPILER.kind(api_version, kind)


def object_meta() -> Atom:
    """The type of `metadata`."""
    return _COMPILER.named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
