"""How each field of a type merges, looked up as Kubernetes looks it up by reflection.

Source: LookupPatchMetadataForStruct in k8s.io/apimachinery
third_party/forked/golang/json/fields.go, PatchMetaFromStruct in pkg/util/strategicpatch/meta.go,
v1.36. Each type is compiled once, when a patch first comes to it.
"""

from __future__ import annotations

from functools import cache, lru_cache

from engine.apiserver.patch.errors import PatchError
from engine.model.quoting import quote
from engine.schema.types import Elements, Field, TypeReference, types

# The kinds of Go's types (reflect.Kind) that stand behind the JSON types of the schema.
_KINDS = {
    "string": "string",
    "string:byte": "slice",
    "boolean": "bool",
    "integer:int32": "int32",
    "integer:int64": "int64",
    "number:double": "float64",
}


class FieldPlan:
    """How one field merges: `strategy` is `merge`, `replace` or nothing."""

    __slots__ = ("_type", "merge_key", "retain_keys", "strategy")

    def __init__(self, declared: Field) -> None:
        strategies = declared.patch_strategy.split(",")
        self.retain_keys = "retainKeys" in strategies
        self.strategy = next((name for name in strategies if name != "retainKeys"), "")
        self.merge_key = declared.patch_merge_key
        self._type = declared.type

    def value(self) -> Plan:
        """Of what the field holds."""
        return plan_of(self._type)

    def items(self, parent: Plan) -> Plan:
        """Of the items of the list that the field holds."""
        if not isinstance(self._type, Elements) or self._type.items is None:
            raise PatchError(f"expected slice or array type, but got: {parent.kind}")
        items = plan_of(self._type.items)
        if items.kind == "slice":
            raise PatchError("unexpected slice of slice")
        return items


class Plan:
    """A type: its kind in Go, and the fields that it has if that is `struct`."""

    __slots__ = ("_declared", "_fields", "kind", "name")

    def __init__(self, kind: str, name: str = "", declared: dict[str, Field] | None = None) -> None:
        self.kind = kind
        self.name = name
        self._declared = declared or {}
        self._fields: dict[str, FieldPlan] = {}

    def field(self, key: str) -> FieldPlan:
        """The field that Go's JSON decoder would take for this key: in any case of letters."""
        return self._fields.get(key) or self._find(key)

    def _find(self, key: str) -> FieldPlan:
        if self.kind != "struct":
            raise PatchError(
                f"merging an object in json but data type is not struct, instead is: {self.kind}"
            )
        name = key if key in self._declared else self._in_any_case(key)
        if name not in self._fields:
            self._fields[name] = FieldPlan(self._declared[name])
        return self._fields[name]

    def _in_any_case(self, key: str) -> str:
        folded = key.casefold()
        for name in self._declared:
            if name.casefold() == folded:
                return name
        raise PatchError(
            f"unable to find api field in struct {self.name} for the json field {quote(key)}"
        )


@lru_cache(maxsize=1024)
def plan_of_kind(api_version: str, kind: str) -> Plan | None:
    """The plan of a built-in kind; None of any other, whose type Kubernetes does not know."""
    group, _, version = api_version.rpartition("/")
    found = types().of_kind(group, version, kind)
    return None if found is None else Plan("struct", kind, found.fields)


@cache
def plan_of(reference: TypeReference) -> Plan:
    """The plan of a type of the schema."""
    if isinstance(reference, Elements):
        return Plan("map" if reference.items is None else "slice")
    found = types().get(reference)
    if found is None:
        return Plan(_KINDS[reference])
    return Plan("struct", reference.rpartition(".")[2], found.fields)
