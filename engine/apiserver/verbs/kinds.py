"""The kinds that a cluster serves: Kubernetes' own, and those that its definitions make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.apiserver.custom.rules import CustomRules
from engine.apiserver.verbs.builtin import BuiltinRules
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.rules import Rules
from engine.schema.custom import custom_resources
from engine.schema.resource import Resource
from engine.schema.resources import catalog

DEFINITIONS = ("apiextensions.k8s.io", "customresourcedefinitions")


class Found(NamedTuple):
    """A resource and the rules of its kind."""

    resource: Resource
    rules: Rules


@dataclass(slots=True)
class Kinds:
    """Finds resources, and keeps the rules that were made for them at hand."""

    _known: dict[tuple[str, str, str], tuple[object, Found]] = field(default_factory=dict)
    _builtin: dict[tuple[str, str, str], Found] = field(default_factory=dict)

    def builtin(self, group: str, version: str, name: str) -> Found | None:
        """Kubernetes' own resource of that name, whatever definitions there are."""
        key = (group, version, name)
        found = self._builtin.get(key)
        if found is None:
            resource = catalog().by_name(group, name, version)
            if resource is not None:
                found = self._builtin[key] = Found(resource, BuiltinRules(resource))
        return found

    def find(
        self,
        group: str,
        version: str,
        name: str,
        mark: object,
        definition: Callable[[], Object | None],
    ) -> Found | None:
        """The resource of that plural name; None if there is none, or it is not known.

        `mark` is the version of its CustomResourceDefinition: the same object as long as that does
        not change, None where there is none; `definition` gives its body.
        """
        found = self.builtin(group, version, name)
        if found is not None:
            return found
        key = (group, version, name)
        known = self._known.get(key)
        if known is not None and known[0] is mark:
            return known[1]
        found = _custom(version, name, definition()) if mark is not None else None
        if found is None:
            self._known.pop(key, None)
        else:
            self._known[key] = (mark, found)
        return found


def definition_name(group: str, name: str) -> str:
    """The name that the definition of a custom resource has."""
    return f"{name}.{group}"


def _custom(version: str, name: str, definition: Object | None) -> Found | None:
    if definition is None:
        return None
    for resource in custom_resources([definition]):
        if (resource.version, resource.name) == (version, name):
            return Found(resource, CustomRules(definition, version))
    return None
