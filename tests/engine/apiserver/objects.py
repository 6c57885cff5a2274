"""Objects of any kind as hypothesis draws them: the fields of the Go types, and odd values."""

from typing import Any

from hypothesis import strategies as st

from engine.apiserver.typed.plan import NIL_MATTERS
from engine.schema.go_types import GoType, go_types
from engine.schema.types import types

ODD = st.sampled_from([None, True, 0, -1, 1.5, 1e30, "", "x", [], {}, [None], {"a": None}])
TEXTS = st.sampled_from(["", "a", "Container", "RollingUpdate", "ClientIP", "LoadBalancer",
                         "ExternalName", "Always", "nginx:latest", "é\u2028"])  # fmt: skip
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "Quantity": st.sampled_from(["1", "100m", "0.0001", 2, 1.5, "1Gi", "1e3", "-1", "3n"]),
    "Time": st.sampled_from(["2026-11-21T03:01:00Z", "2026-11-21T03:01:00.5+02:00"]),
    "MicroTime": st.sampled_from(["2026-11-21T03:01:00.000001Z"]),
    "IntOrString": st.sampled_from([0, 1, "", "25%", "http"]),
    "RawExtension": st.just({"a": None}),
    "FieldsV1": st.just({"f:spec": {}}),
    "JSON": ODD,
}
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "bool": st.booleans(),
    "int": st.sampled_from([0, 1, 7, 2**31 - 1]),
    "float": st.sampled_from([0, 1.5, 2.0]),
    "bytes": st.sampled_from(["", "YQ==", "eHl6"]),
}
KINDS = sorted(
    (kind.group, kind.version, kind.kind)
    for name in types()
    if name in go_types()
    for kind in types().get(name).kinds
    if "metadata" in go_types().get(name).fields
)


@st.composite
def objects(draw: st.DrawFn, *, odd: bool) -> dict[str, Any]:
    """An object of some kind; with `odd` one in twenty values need not fit its type.

    Without, what is empty but not nil is left out where defaults tell that apart: once stored, it
    is gone, and what reads it next sets the default.
    """
    group, version, kind = draw(st.sampled_from(KINDS))
    name = go_types().name_of_kind(group, version, kind)
    api_version = f"{group}/{version}" if group else version
    return {**_struct(draw, name, 6, odd), "apiVersion": api_version, "kind": kind}


@st.composite
def objects_of(draw: st.DrawFn, api_version: str, kind: str, *, odd: bool) -> dict[str, Any]:
    """An object of that kind, as `objects` draws it but deeper."""
    group, _, version = api_version.rpartition("/")
    name = go_types().name_of_kind(group, version, kind)
    return {**_struct(draw, name, 9, odd), "apiVersion": api_version, "kind": kind}


def _struct(draw: st.DrawFn, name: str, depth: int, odd: bool) -> dict[str, Any]:
    fields = go_types().get(name).fields
    chosen = (
        draw(st.lists(st.sampled_from(sorted(fields)), max_size=8, unique=True)) if fields else []
    )
    drawn = {key: _value(draw, fields[key].type, depth - 1, odd) for key in chosen}
    named = go_types().get(name).name
    return {k: v for k, v in drawn.items() if odd or v or (named, k) not in NIL_MATTERS}


def _value(draw: st.DrawFn, go_type: GoType, depth: int, odd: bool) -> Any:
    if odd and draw(st.integers(0, 19)) == 0:
        return draw(ODD)
    if go_type.form == "pointer":
        return _value(draw, go_type.element, depth, odd)
    if go_type.form in ("list", "map"):
        count = draw(st.integers(0, 2)) if depth > 0 else 0
        items = [_value(draw, go_type.element, depth, odd) for _ in range(count)]
        return items if go_type.form == "list" else dict(zip("ab", items, strict=False))
    if go_type.form != "struct":
        return draw(SCALARS[go_type.form])
    short = go_type.struct.rpartition(".")[2]
    if short in LEAVES:
        return draw(LEAVES[short])
    return (
        _struct(draw, go_type.struct, depth, odd)
        if depth > 0 and go_type.struct in go_types()
        else None
    )
