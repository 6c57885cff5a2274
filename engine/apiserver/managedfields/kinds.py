"""What the field manager must know of a kind: its type in each version, what writes cannot change.

rules_of({"apiVersion": "v1", "kind": "Pod"})       Kubernetes' own kinds
custom_rules(definition)                            a custom resource's
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.apiserver.managedfields.custom_schema import custom_atom
from engine.apiserver.managedfields.reset_fields import (
    Filters,
    custom_reset_filters,
    reset_filters,
)
from engine.apiserver.managedfields.schema import DEDUCED, Atom, builtin

Object = dict[str, Any]


class VersionError(ValueError):
    """A version of a custom resource that its definition does not have."""


@dataclass(frozen=True, slots=True, eq=False)
class KindRules:
    """A kind. `atoms` are given for custom resources: by API version, those with a status too.

    Rules are the same only if they are one object, by which what is made of them is kept.
    """

    group: str
    kind: str
    atoms: Mapping[str, Atom] | None = None
    with_status: tuple[str, ...] = ()

    def atom(self, api_version: str) -> Atom | None:
        """The type in that version; None for one that Kubernetes serves no more.

        Raises VersionError for one that a custom resource does not have: no manager of it can be
        kept or dropped (k8s.io/apiextensions-apiserver pkg/apiserver/conversion/converter.go).
        """
        if self.atoms is None:
            return builtin(api_version, self.kind)
        found = self.atoms.get(api_version)
        if found is None:
            raise VersionError(f"request to convert CR to an invalid group/version: {api_version}")
        return found

    def filters(self, subresource: str) -> Filters:
        """What writes to the subresource, or to the object itself, leave as it is."""
        if self.atoms is None:
            return reset_filters(self.group, self.kind, subresource)
        return custom_reset_filters(self.with_status, subresource)


class _Deduced(Mapping[str, Atom]):
    """Every version, with no schema."""

    def __getitem__(self, api_version: str) -> Atom:
        return DEDUCED

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


def rules_of(obj: Mapping[str, Any]) -> KindRules:
    """The rules of an object's kind; of one that is not Kubernetes' own, those without a schema."""
    return _rules(str(obj.get("apiVersion", "")), str(obj.get("kind", "")))


@cache
def _rules(api_version: str, kind: str) -> KindRules:
    group = api_version.rpartition("/")[0]
    known = builtin(api_version, kind) is not None
    return KindRules(group, kind, None if known else _Deduced())


def custom_rules(definition: Mapping[str, Any]) -> KindRules:
    """The rules of a CustomResourceDefinition, as apiextensions.k8s.io/v1 or v1beta1 has it.

    In v1beta1, in which the store keeps definitions, all versions can share a schema and
    subresources that stand above them.
    """
    spec = _mapping(definition.get("spec"))
    group = str(spec.get("group", ""))
    preserve = spec.get("preserveUnknownFields") is True
    atoms, with_status = {}, []
    for version in spec.get("versions") or ():
        if not isinstance(version, Mapping):
            continue
        name = f"{group}/{version.get('name')}"
        schema = _mapping(version.get("schema") or spec.get("validation"))
        atoms[name] = custom_atom(schema.get("openAPIV3Schema"), preserve)
        if "status" in _mapping(version.get("subresources") or spec.get("subresources")):
            with_status.append(name)
    kind = str(_mapping(spec.get("names")).get("kind", ""))
    return KindRules(group, kind, atoms, tuple(with_status))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
