"""What a CustomResourceDefinition says of one version of its resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.apiserver.custom.schema import EMBEDDED, Schema, has, mapping, mappings


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a custom resource keeps what its scale subresource shows: `.spec.replicas`."""

    spec_path: str
    status_path: str
    selector_path: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a custom resource.

    `schemas` are those of all versions, by name; None where there is none. `stored_version` is the
    one in which the store keeps the objects.
    """

    group: str
    kind: str
    version: str
    namespaced: bool
    has_status: bool
    scale: Scale | None
    stored_version: str
    schemas: Mapping[str, Schema | None]
    preserve_unknown: bool = False
    embedded: frozenset[str] = frozenset()
    terminating: bool = False

    @property
    def api_version(self) -> str:
        """As objects name it: `example.com/v1`."""
        return f"{self.group}/{self.version}"

    @property
    def schema(self) -> Schema | None:
        """The schema of this version."""
        return self.schemas.get(self.version)

    def version_of(self, api_version: object) -> str | None:
        """The version that an apiVersion of this group names; None for another group."""
        group, _, version = str(api_version).rpartition("/")
        return version if group == self.group else None


def definition_of(body: Mapping[str, Any], version: str) -> Definition:
    """What a definition, in the form of v1 or v1beta1, says of one version."""
    spec = mapping(body.get("spec"))
    versions = mappings(spec.get("versions")) or [
        {"name": spec.get("version"), "served": True, "storage": True}
    ]
    names = [str(each.get("name")) for each in versions]
    stored = [str(each.get("name")) for each in versions if each.get("storage") is True]
    # What all versions share stands above them in v1beta1.
    chosen = next((each for each in versions if each.get("name") == version), {})
    subresources = mapping(chosen.get("subresources") or spec.get("subresources"))
    schemas = {name: schema_of(body, name) or None for name in names}
    return Definition(
        group=str(spec.get("group", "")),
        kind=str(mapping(spec.get("names")).get("kind", "")),
        version=version,
        namespaced=spec.get("scope") != "Cluster",
        has_status=isinstance(subresources.get("status"), Mapping),
        scale=_scale(subresources.get("scale")),
        stored_version=stored[0] if stored else version,
        schemas=schemas,
        preserve_unknown=spec.get("preserveUnknownFields") is True,
        embedded=frozenset(
            name for name, schema in schemas.items() if has(schema, lambda s: bool(s.get(EMBEDDED)))
        ),
        terminating=any(
            condition.get("type") == "Terminating" and condition.get("status") == "True"
            for condition in mappings(mapping(body.get("status")).get("conditions"))
        ),
    )


def schema_of(definition: Mapping[str, Any], version: str) -> Schema:
    """The schema of one version in a CustomResourceDefinition; empty if it has none."""
    spec = mapping(definition.get("spec"))
    for each in mappings(spec.get("versions")):
        if each.get("name") == version:
            own = mapping(each.get("schema") or spec.get("validation"))
            return mapping(own.get("openAPIV3Schema"))
    return {}


def _scale(declared: object) -> Scale | None:
    if not isinstance(declared, Mapping):
        return None
    paths = ("specReplicasPath", "statusReplicasPath", "labelSelectorPath")
    return Scale(*(str(declared.get(path) or "") for path in paths))
