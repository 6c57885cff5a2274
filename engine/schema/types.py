"""The fields of Kubernetes' types, and how patches and server-side apply merge each.

types().of_kind("", "v1", "Pod").fields["spec"].type == "io.k8s.api.core.v1.PodSpec"
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import msgspec

from engine.schema import data


class Elements(msgspec.Struct, frozen=True, rename={"items": "list", "values": "map"}):
    """The type of a list's items or of a map's values: one of the two is given."""

    items: "TypeReference | None" = None
    values: "TypeReference | None" = None


TypeReference = str | Elements
"""What a field holds: the name of a type (`io.k8s.api.core.v1.PodSpec`), a JSON type with its
format (`string`, `integer:int32`, `string:byte`), or Elements."""


class Field(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One field. What is empty is not declared.

    `default` is the OpenAPI default, which completes the keys of list items in server-side apply.
    It is not what the API server fills in on create.
    """

    type: TypeReference
    default: Any = None
    enum: tuple[str, ...] = ()
    patch_strategy: Literal["", "merge", "merge,retainKeys", "retainKeys", "replace"] = ""
    patch_merge_key: str = ""
    list_type: Literal["", "atomic", "map", "set"] = ""
    list_map_keys: tuple[str, ...] = ()
    map_type: Literal["", "atomic", "granular"] = ""


class Kind(msgspec.Struct, frozen=True):
    """A kind in one version of its group."""

    group: str
    version: str
    kind: str


class Union(msgspec.Struct, frozen=True, rename="kebab"):
    """Fields of which one may be set; `discriminator` names the field that says which."""

    fields_to_discriminate_by: dict[str, str] = msgspec.field(
        name="fields-to-discriminateBy", default_factory=dict
    )
    discriminator: str = ""


class Type(msgspec.Struct, frozen=True, rename="kebab"):
    """One type.

    `scalar` is its JSON type where it is no object with fields of its own (`string`,
    `string:date-time`, `string:int-or-string`, `object`, `any`).
    """

    fields: dict[str, Field] = {}
    required: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = msgspec.field(name="gvk", default=())
    map_type: Literal["", "atomic", "granular"] = ""
    scalar: str = ""
    unions: tuple[Union, ...] = ()


class Types:
    """All types by name; each is read when it is asked for first."""

    def __init__(self, encoded: bytes) -> None:
        self._encoded = msgspec.json.decode(encoded, type=dict[str, msgspec.Raw])
        self._decoded: dict[str, Type] = {}
        self._names = {
            kind: name
            for name, declared in msgspec.json.decode(encoded, type=dict[str, _Kinds]).items()
            for kind in declared.kinds
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._encoded)

    def get(self, name: str) -> Type | None:
        """The type of that name, such as `io.k8s.api.core.v1.PodSpec`."""
        found = self._decoded.get(name)
        if found is None and name in self._encoded:
            found = self._decoded[name] = msgspec.json.decode(self._encoded[name], type=Type)
        return found

    def name_of_kind(self, group: str, version: str, kind: str) -> str | None:
        """The name of the type of objects of that kind."""
        return self._names.get(Kind(group, version, kind))

    def of_kind(self, group: str, version: str, kind: str) -> Type | None:
        """The type of objects of that kind."""
        name = self.name_of_kind(group, version, kind)
        return None if name is None else self.get(name)


class _Kinds(msgspec.Struct):
    kinds: tuple[Kind, ...] = msgspec.field(name="gvk", default=())


@cache
def types() -> Types:
    """The types of a stock API server, read once."""
    return Types(data.read("types"))
