"""The objects of a state, for printing: which resources there are, and what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from engine.apiserver.custom_defaults import Schema, schema_of, with_defaults
from engine.apiserver.storage_form import as_read, new_event
from engine.errors import KubeRewindError
from engine.model.field_selector import FieldSelector
from engine.model.selector import Selector
from engine.schema.resource import Resource
from engine.schema.resources import Catalog, catalog, storage_key
from engine.schema.selectable import checked, selectable_fields
from reports.kubectl.listing import Listing, list_order

Object = dict[str, Any]
DEFINITIONS = ("apiextensions.k8s.io", "customresourcedefinitions")


class NotFoundError(KubeRewindError):
    """An object that was asked for by name is not there; the message is kubectl's."""


class State(Protocol):
    """One state of a cluster."""

    def bodies(
        self, group: str, resource: str, namespace: str | None, name: str | None
    ) -> Sequence[str]:
        """The objects of a resource as JSON, of one namespace and one name if they are given."""

    def kinds(self) -> Sequence[tuple[str, str, str, str, bool]]:
        """All there are: (group, apiVersion, resource, kind, is it namespaced)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to get: the arguments of `kubectl get` that choose objects."""

    arguments: Sequence[str]
    namespace: str = "default"
    all_namespaces: bool = False
    selector: str = ""
    field_selector: str = ""

    @property
    def is_single(self) -> bool:
        """Whether one object is asked for by its name."""
        return sum(len(names) for _, names in _asked(self.arguments)) == 1


def listings(state: State, question: Question) -> list[Listing]:
    """The objects that were asked for, by resource, in the order in which they were.

    Raises UnknownResourceError, NotFoundError and SelectorError, whose messages are kubectl's.
    """
    definitions = [orjson.loads(text) for text in state.bodies(*DEFINITIONS, None, None)]
    known = _catalog(state, definitions)
    chosen = _Chosen(question, definitions)
    found = []
    for text, names in _asked(question.arguments):
        for resource in _resources(known, text):
            objects = chosen.objects(state, resource, names)
            if text == "all" and not objects:
                continue
            found.append(_listing(resource, objects, definitions))
    return found


def _asked(arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """(resource, names) pairs of `pods a b`, `deploy,rs`, `pod/a svc/b`."""
    if not arguments:
        raise KubeRewindError("say what to get, such as: kuberewind get pods -A")
    if any("/" in argument for argument in arguments):
        pairs = [argument.split("/", 1) for argument in arguments]
        if any(len(pair) != 2 or not all(pair) for pair in pairs):
            raise KubeRewindError(
                "there is no need to specify a resource type as a separate argument when passing "
                "arguments in resource/name form (e.g. 'kuberewind get resource/<name>')"
            )
        return [(resource, [name]) for resource, name in pairs]
    names = list(dict.fromkeys(arguments[1:]))
    return [(resource, names) for resource in arguments[0].split(",") if resource]


def _resources(known: Catalog, text: str) -> Sequence[Resource]:
    return known.in_category("all") if text == "all" else [known.resolve(text)]


class _Chosen:
    """Which objects of a resource are wanted."""

    def __init__(self, question: Question, definitions: Sequence[Object]) -> None:
        self._question = question
        self._definitions = definitions
        self._labels = Selector.parse(question.selector)
        self._fields = FieldSelector.parse(question.field_selector)

    def objects(self, state: State, resource: Resource, names: Sequence[str]) -> list[Object]:
        namespace = None
        if resource.namespaced and not self._question.all_namespaces:
            namespace = self._question.namespace
        found: list[Object] = []
        wanted: list[str | None] = list(names) or [None]
        for name in wanted:
            texts = state.bodies(*storage_key(resource.group, resource.name), namespace, name)
            if name is not None and not texts:
                raise NotFoundError(f'{resource.qualified_name} "{name}" not found')
            found.extend(_in_version(orjson.loads(text), resource) for text in texts)
        schema = _schema(resource, self._definitions)
        found = [with_defaults(each, schema) for each in found] if schema else found
        fields = checked(self._fields, resource) if self._fields.terms else self._fields
        matching = (each for each in found if self._matches(each, fields, resource))
        return sorted(matching, key=list_order)

    def _matches(self, obj: Object, fields: FieldSelector, resource: Resource) -> bool:
        labels = obj["metadata"].get("labels") or {}
        if not self._labels.empty and not self._labels.matches(labels):
            return False
        return fields.empty or fields.matches(selectable_fields(resource, obj))


def _in_version(obj: Object, resource: Resource) -> Object:
    """The object as the API server shows it in the resource's version."""
    if resource.group == "events.k8s.io":
        return new_event(obj)
    return as_read(obj)


def _listing(
    resource: Resource, objects: Sequence[Object], definitions: Sequence[Object]
) -> Listing:
    return Listing(
        plural=resource.name,
        singular=resource.singular,
        kind=resource.kind,
        group=resource.group,
        version=resource.version,
        namespaced=resource.namespaced,
        objects=objects,
        custom_columns=_custom_columns(resource, definitions),
    )


def _custom_columns(resource: Resource, definitions: Sequence[Object]) -> list[Object] | None:
    """The columns that the resource's definition declares; None for built-in resources."""
    if catalog().by_name(resource.group, resource.name) is not None:
        return None
    spec = (_definition(resource, definitions) or {}).get("spec") or {}
    for version in spec.get("versions") or ():
        if version.get("name") == resource.version:
            return version.get("additionalPrinterColumns") or []
    return []


def _schema(resource: Resource, definitions: Sequence[Object]) -> Schema:
    definition = _definition(resource, definitions)
    return schema_of(definition, resource.version) if definition else {}


def _definition(resource: Resource, definitions: Sequence[Object]) -> Object | None:
    for definition in definitions:
        spec = definition.get("spec") or {}
        plural = (spec.get("names") or {}).get("plural")
        if (spec.get("group"), plural) == (resource.group, resource.name):
            return definition
    return None


def _catalog(state: State, definitions: Sequence[Object]) -> Catalog:
    """The API server's resources, those of its definitions, and what the log shows besides."""
    known = catalog().with_custom_resources(definitions)
    missing = [
        Resource(
            group=group,
            version=api_version.rpartition("/")[2],
            name=resource,
            kind=kind,
            singular=kind.lower(),
            namespaced=namespaced,
        )
        for group, api_version, resource, kind, namespaced in state.kinds()
        if known.by_name(group, resource) is None
    ]
    return Catalog((*known.resources, *missing)) if missing else known
