"""Resources made from CustomResourceDefinition objects, as their API server would discover them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.schema.resource import Column, Resource, Subresource

# Discovery of custom resources: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/
# customresource_discovery_controller.go (v1.36).
_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
_SUBRESOURCE_VERBS = ("get", "patch", "update")

# Column of a version that declares none: DefaultCRDColumns, "Age", in
# staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor (v1.36).
_NAME = Column(name="Name", type="string", format="name")
_AGE = Column(name="Age", type="date", json_path=".metadata.creationTimestamp")

# More digits than these are no number to Go's strconv.Atoi.
_KUBE_VERSION = re.compile(r"v([0-9]{1,18})(?:(alpha|beta)([0-9]{1,18}))?", re.ASCII)
_STABILITY = {"alpha": 0, "beta": 1, None: 2}


def custom_resources(definitions: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """The served resources of these definitions, groups by name, the newest stable version first.

    Of two definitions of the same group and plural name the later one counts: it is what the
    earlier one became. One without names (its body is not known) adds nothing.
    """
    latest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for definition in definitions:
        names = _names(definition)
        if names:
            latest[_mapping(definition, "spec")["group"], names["plural"]] = definition
    resources = [resource for definition in latest.values() for resource in _served(definition)]
    # Each sort keeps the order of the one before among equals.
    resources.sort(key=lambda resource: (resource.version, resource.name))
    resources.sort(key=lambda resource: version_priority(resource.version), reverse=True)
    resources.sort(key=lambda resource: resource.group)
    return resources


def version_priority(version: str) -> tuple[int, int, int]:
    """(stability, major, minor): the greater one is preferred: v2 > v1 > v1beta2 > v1alpha1 > any.

    CompareKubeAwareVersionStrings in staging/src/k8s.io/apimachinery/pkg/version/helpers.go
    (v1.36). All that are no such version are equal here, and sort by name.
    """
    match = _KUBE_VERSION.fullmatch(version)
    if match is None:
        return (-1, 0, 0)
    major, stability, minor = match.groups()
    return (_STABILITY[stability], int(major), int(minor or 0))


def _names(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The accepted names, else the wanted ones; empty where they or the group are not known."""
    spec = _mapping(definition, "spec")
    accepted = _mapping(_mapping(definition, "status"), "acceptedNames")
    names = accepted if accepted.get("plural") else _mapping(spec, "names")
    needed = (names.get("plural"), names.get("kind"), spec.get("group"))
    return names if all(isinstance(name, str) and name for name in needed) else {}


def _served(definition: Mapping[str, Any]) -> Iterator[Resource]:
    spec = _mapping(definition, "spec")
    names = _names(definition)
    for version in _versions(spec):
        if version.get("served") and isinstance(version.get("name"), str):
            yield Resource(
                group=spec["group"],
                version=version["name"],
                name=names["plural"],
                kind=names["kind"],
                singular=str(names.get("singular") or names["kind"].lower()),
                namespaced=spec.get("scope") != "Cluster",
                short_names=_texts(names.get("shortNames")),
                categories=_texts(names.get("categories")),
                subresources=tuple(_subresources(names["kind"], version)),
                verbs=_VERBS,
                columns=(_NAME, *_columns(version)),
                custom=True,
                selectable_fields=tuple(_selectable_fields(version)),
            )


def _versions(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The versions; in apiextensions.k8s.io/v1beta1 what they share could stand above them."""
    shared = {key: spec[key] for key in ("subresources", "additionalPrinterColumns") if key in spec}
    versions = _mappings(spec.get("versions")) or [{"name": spec.get("version"), "served": True}]
    return [{**shared, **version} for version in versions]


def _subresources(kind: str, version: Mapping[str, Any]) -> Iterator[Subresource]:
    declared = _mapping(version, "subresources")
    if "scale" in declared:
        yield Subresource(name="scale", kind="Scale", verbs=_SUBRESOURCE_VERBS)
    if "status" in declared:
        yield Subresource(name="status", kind=kind, verbs=_SUBRESOURCE_VERBS)


def _columns(version: Mapping[str, Any]) -> Iterator[Column]:
    declared = _mappings(version.get("additionalPrinterColumns"))
    for column in declared:
        priority = column.get("priority", 0)
        yield Column(
            name=str(column.get("name", "")),
            type=str(column.get("type", "")),
            format=str(column.get("format", "")),
            priority=priority if isinstance(priority, int) else 0,
            # v1beta1 spelled it JSONPath.
            json_path=str(column.get("jsonPath") or column.get("JSONPath") or ""),
        )
    if not declared:
        yield _AGE


def _selectable_fields(version: Mapping[str, Any]) -> Iterator[str]:
    for field in _mappings(version.get("selectableFields")):
        yield str(field.get("jsonPath", "")).removeprefix(".")


def _mapping(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}


def _mappings(values: object) -> list[Mapping[str, Any]]:
    return (
        [item for item in values if isinstance(item, Mapping)] if isinstance(values, list) else []
    )


def _texts(values: object) -> tuple[str, ...]:
    return (
        tuple(item for item in values if isinstance(item, str)) if isinstance(values, list) else ()
    )
