"""The resources that an API server serves, and how kubectl finds one by what a user types.

catalog().resolve("deploy").kind == "Deployment"
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from engine.errors import KubeRewindError
from engine.schema import data
from engine.schema.custom import custom_resources
from engine.schema.resource import Resource
from engine.schema.storage import STORED_AS

__all__ = ["Catalog", "Resource", "UnknownResourceError", "catalog", "storage_key"]


class UnknownResourceError(KubeRewindError):
    """No resource by that name; the message is kubectl's."""

    def __init__(self, name: str) -> None:
        super().__init__(f'the server doesn\'t have a resource type "{name}"')


class Catalog:
    """Resources in the order of discovery: groups by priority, in each the preferred version first.

    That order decides wherever a name is ambiguous, as in client-go's discovery RESTMapper
    (staging/src/k8s.io/client-go/restmapper/discovery.go, v1.36).
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        self._by_kind: dict[tuple[str, str], list[Resource]] = {}
        for resource in self.resources:
            self._by_name.setdefault((resource.group, resource.name), []).append(resource)
            self._by_kind.setdefault((resource.group, resource.kind), []).append(resource)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def by_name(self, group: str, name: str, version: str | None = None) -> Resource | None:
        """The resource with that plural name, of that version or else of the preferred one."""
        return _of_version(self._by_name.get((group, name), []), version)

    def by_kind(self, group: str, kind: str, version: str | None = None) -> Resource | None:
        """The resource that holds that kind, of that version or else of the preferred one."""
        return _of_version(self._by_kind.get((group, kind), []), version)

    def in_category(self, category: str) -> tuple[Resource, ...]:
        """The resources of a category such as `all`, in the preferred version of each."""
        return tuple(
            resource
            for resource in self.resources
            if category in resource.categories
            and self.by_name(resource.group, resource.name) is resource
        )

    def with_custom_resources(self, definitions: Iterable[Mapping[str, Any]]) -> "Catalog":
        """A catalog with the custom resources of these CustomResourceDefinition objects added.

        Where an API server serves a group and version itself, a definition cannot take its place.
        A definition whose names are not known (its body was not recorded) adds nothing.
        """
        served = {(resource.group, resource.version) for resource in self.resources}
        added = [
            resource
            for resource in custom_resources(definitions)
            if (resource.group, resource.version) not in served
        ]
        return Catalog((*self.resources, *added))

    def resolve(self, text: str) -> Resource:
        """The resource that kubectl takes `text` for, else UnknownResourceError.

        Plural, singular or short name, with `.group` or `.version.group` after it, or a kind. The
        steps and their order are those of `Builder.mappingFor`
        (staging/src/k8s.io/cli-runtime/pkg/resource/builder.go, v1.36).
        """
        name, _, group = text.partition(".")
        version, dotted, versioned_group = group.partition(".")
        found = (
            (dotted and self._find(name, versioned_group, version))
            or self._find(name, group, "")
            or (dotted and self._find_kind(name, versioned_group, version))
            or self._find_kind(name, group, "")
        )
        if not found:
            raise UnknownResourceError(name)
        return found

    def _find(self, typed_name: str, typed_group: str, version: str) -> Resource | None:
        """`KindFor` of the RESTMapper: a group may be given by its beginning."""
        name, group = self._expand_short_name(typed_name, typed_group)
        name = name.lower()
        named = [
            resource
            for resource in self.resources
            if name in (resource.name, resource.singular)
            and (not version or version == resource.version)
        ]
        exact = [resource for resource in named if resource.group == group]
        if version and group:
            return _first(exact)
        return _first(exact) or _first(
            [resource for resource in named if resource.group.startswith(group)]
        )

    def _find_kind(self, kind: str, group: str, version: str) -> Resource | None:
        """`RESTMapping`: the kind as it is spelled, or all in lower case, in exactly that group."""
        return _first(
            [
                resource
                for resource in self.resources
                if kind in (resource.kind, resource.kind.lower())
                and group == resource.group
                and (not version or version == resource.version)
            ]
        )

    def _expand_short_name(self, name: str, group: str) -> tuple[str, str]:
        """(name, group) with a short name spelled out: `expandResourceShortcut` of client-go.

        A resource's full name is never taken for the short name of another.
        """
        if any(resource.name == name for resource in self.resources):
            return name, group
        meant = [resource for resource in self.resources if name in resource.short_names]
        chosen = _first(
            [resource for resource in meant if group in ("", resource.group)]
        ) or _first([resource for resource in meant if resource.group.startswith(group)])
        return (chosen.name, chosen.group) if chosen else (name, group)


@cache
def catalog() -> Catalog:
    """The resources of a stock API server, read once."""
    return Catalog(msgspec.json.decode(data.read("resources"), type=list[Resource]))


def storage_key(group: str, name: str) -> tuple[str, str]:
    """(group, resource) under which the objects of that resource are stored.

    Resources that share a store hold the same objects: what is written to the one is read from the
    other, with the same revisions. All versions of a resource share one store in any case.
    """
    return STORED_AS.get((group, name), (group, name))


def _first(resources: list[Resource]) -> Resource | None:
    return resources[0] if resources else None


def _of_version(resources: list[Resource], version: str | None) -> Resource | None:
    if version is None:
        return _first(resources)
    return _first([resource for resource in resources if resource.version == version])
