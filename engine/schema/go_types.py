"""The Go types behind Kubernetes' objects: what decoding JSON into them and encoding it again does.

go_types().of_kind("", "v1", "Pod").fields["spec"].type.struct == "io.k8s.api.core.v1.PodSpec"

The data is read off the types.go files of k8s.io/api, apimachinery, apiextensions-apiserver and
kube-aggregator at v0.36.2. One entry is one type; a field is written as in Go, with the flags of
its `json:` tag before and, in parentheses, the name of the type where that has one of its own:

    "restartPolicy": "string(v1.RestartPolicy)"     omitempty
    "containers": "![]io.k8s.api.core.v1.Container" always printed
    "creationTimestamp": "~…meta.v1.Time"           omitzero
    "protocol": ["string(v1.Protocol)", "TCP"]      with a `+default` marker
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import msgspec

from engine.schema import data
from engine.schema.types import types

NOTHING = msgspec.UNSET
"""The default of a field without one."""

Form = Literal["pointer", "list", "map", "bytes", "struct", "string", "bool", "int", "float"]

_NAMED = re.compile(r"(?:\((?P<name>[\w.]+)\))?(?P<type>.*)")
_SCALARS: dict[str, Form] = {
    "string": "string", "bool": "bool", "float64": "float",
    "int32": "int", "int64": "int",
}  # fmt: skip


class GoType(msgspec.Struct, frozen=True):
    """A type. `name` is how Go prints it: `int32`, `v1.PodSpec`, `[]v1.Container`.

    `element` is what a pointer, list or map holds; `struct` the full name of a struct, which is
    also that of Kubernetes' types with a JSON form of their own (Quantity, Time, …); `bits` the
    size of an integer.
    """

    form: Form
    name: str
    element: "GoType | None" = None
    struct: str = ""
    bits: int = 0


class GoField(msgspec.Struct, frozen=True):
    """A field. `printed` says that it has no omitempty; `omit_zero` that it has omitzero."""

    type: GoType
    printed: bool = False
    omit_zero: bool = False
    default: Any = NOTHING


class GoStruct(msgspec.Struct, frozen=True):
    """A struct; embedded ones are spread into it."""

    name: str
    fields: dict[str, GoField]


class GoTypes:
    """All structs by the names that engine.schema.types uses; each is read when asked for first."""

    def __init__(self, encoded: bytes) -> None:
        self._encoded = msgspec.json.decode(encoded, type=dict[str, msgspec.Raw])
        self._decoded: dict[str, GoStruct] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._encoded

    def __iter__(self) -> Iterator[str]:
        return iter(self._encoded)

    def get(self, name: str) -> GoStruct | None:
        """The struct of that name, such as `io.k8s.api.core.v1.PodSpec`."""
        found = self._decoded.get(name)
        if found is None and name in self._encoded:
            fields = msgspec.json.decode(self._encoded[name], type=dict[str, Any])
            found = GoStruct(short_name(name), {k: _field(v) for k, v in fields.items()})
            self._decoded[name] = found
        return found

    def name_of_kind(self, group: str, version: str, kind: str) -> str | None:
        """The name of the struct of objects of that kind."""
        name = types().name_of_kind(group, version, kind)
        return name if name is not None and name in self._encoded else None


def short_name(name: str) -> str:
    """As Go prints it: the package's last word and the type's name."""
    return ".".join(name.rsplit(".", 2)[-2:])


def _field(written: str | list[Any]) -> GoField:
    text, default = (written, NOTHING) if isinstance(written, str) else written
    return GoField(
        _type(text.lstrip("!~")),
        printed=text.startswith("!"),
        omit_zero=text.startswith("~"),
        default=default,
    )


@cache
def _type(text: str) -> GoType:
    if text.startswith("*"):
        element = _type(text[1:])
        return GoType("pointer", element.name, element)
    match = _NAMED.fullmatch(text)
    assert match is not None, text
    name, inner = match["name"], match["type"]
    if inner == "[]byte":
        return GoType("bytes", name or "[]uint8")
    if inner.startswith("[]"):
        element = _type(inner[2:])
        return GoType("list", name or f"[]{element.name}", element)
    if inner.startswith("map["):
        key, _, rest = inner[4:].partition("]")
        element = _type(rest)
        return GoType("map", name or f"map[{key}]{element.name}", element)
    if inner in _SCALARS:
        bits = int(inner[3:]) if inner.startswith("int") else 0
        return GoType(_SCALARS[inner], name or inner, bits=bits)
    return GoType("struct", short_name(inner), struct=inner)


@cache
def go_types() -> GoTypes:
    """The Go types of a stock API server, read once."""
    return GoTypes(data.read("go"))
