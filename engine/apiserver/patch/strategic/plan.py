"""How each field of a type merges, looked up as Kubernetes looks it up by reflection.

Source: LookupPatchMetadataForStruct in k8s.io/apimachinery
third_party/forked/golang/json/fields.go, PatchMetaFromStruct in pkg/util/strategicpatch/meta.go,
v1.36. Each type is compiled once, when a patch first comes to it.
"""

from __future__ import annotations

from functools import cache, lru_cache

from engine.apiserver.patch.errors import PatchError
from engine.model.quoting import quote
from engine.schema.go_types import GoType, go_types
from engine.schema.types import Field, types

_KINDS = {"pointer": "ptr", "list": "slice", "bytes": "slice", "float": "float64"}
"""Kinds of Go's types (reflect.Kind) by form, where they are not called the same."""


class FieldPlan:
    """How one field merges: `strategy` is `merge`, `replace` or nothing."""

    __slots__ = ("_items", "_type", "_value", "merge_key", "retain_keys", "strategy")

    def __init__(self, declared: Field, go_type: GoType) -> None:
        strategies = declared.patch_strategy.split(",")
        self.retain_keys = "retainKeys" in strategies
        self.strategy = next((name for name in strategies if name != "retainKeys"), "")
        self.merge_key = declared.patch_merge_key
        self._type = go_type
        self._value: Plan | None = None
        self._items: Plan | None = None

    def value(self) -> Plan:
        """Of what the field holds."""
        if self._value is None:
            self._value = plan_of(self._type)
        return self._value

    def items(self, parent: Plan) -> Plan:
        """Of the items of the list that the field holds; a pointer is taken for one."""
        if self._items is None:
            self._items = self._find_items(parent)
        return self._items

    def _find_items(self, parent: Plan) -> Plan:
        found = self._type
        if found.form == "pointer" and found.element:
            found = found.element
            return plan_of(found.element if found.form == "list" and found.element else found)
        if found.form == "bytes":
            return Plan("uint8")
        if found.form != "list" or found.element is None:
            raise PatchError(f"expected slice or array type, but got: {parent.kind}")
        items = plan_of(found.element)
        if items.kind == "slice":
            raise PatchError("unexpected slice of slice")
        return items


class Plan:
    """A type: its kind in Go, and the struct that it is or points to, if any."""

    __slots__ = ("_fields", "_struct", "_target", "kind")

    def __init__(self, kind: str, struct: str = "", target: str = "") -> None:
        self.kind = kind
        self._struct = struct
        self._target = target or kind
        self._fields: dict[str, FieldPlan] = {}

    def field(self, key: str) -> FieldPlan:
        """The field that Go's JSON decoder would take for this key: in any case of letters."""
        return self._fields.get(key) or self._find(key)

    def _find(self, key: str) -> FieldPlan:
        if self._target != "struct":
            raise PatchError(
                f"merging an object in json but data type is not struct, instead is: {self._target}"
            )
        found = go_types().get(self._struct)
        fields = found.fields if found else {}
        name = key if key in fields else self._in_any_case(key, list(fields))
        if name not in self._fields:
            declared = types().get(self._struct)
            assert declared is not None, f"the schema has every struct: {self._struct}"
            self._fields[name] = FieldPlan(declared.fields[name], fields[name].type)
        return self._fields[name]

    def _in_any_case(self, key: str, names: list[str]) -> str:
        folded = key.casefold()
        for name in names:
            if name.casefold() == folded:
                return name
        struct = self._struct.rpartition(".")[2]
        raise PatchError(
            f"unable to find api field in struct {struct} for the json field {quote(key)}"
        )


@lru_cache(maxsize=1024)
def plan_of_kind(api_version: str, kind: str) -> Plan | None:
    """The plan of a built-in kind; None of any other, whose type Kubernetes does not know."""
    group, _, version = api_version.rpartition("/")
    name = types().name_of_kind(group, version, kind)
    return None if name is None else Plan("struct", name)


@cache
def plan_of(go_type: GoType) -> Plan:
    """The plan of a type."""
    target = go_type.element if go_type.form == "pointer" and go_type.element else go_type
    return Plan(_kind(go_type), target.struct, _kind(target))


def _kind(go_type: GoType) -> str:
    if go_type.form == "int":
        return f"int{go_type.bits}"
    return _KINDS.get(go_type.form, go_type.form)
