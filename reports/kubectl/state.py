"""The objects of a state, for printing: which resources there are, and what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson

from engine.apiserver.custom.defaulting import with_defaults
from engine.apiserver.custom.definition import schema_of
from engine.apiserver.custom.schema import Schema
from engine.apiserver.storage_form import as_read, new_event
from engine.model.field_selector import FieldSelector
from engine.model.selector import Selector
from engine.schema.resource import Resource
from engine.schema.resources import Catalog, catalog, storage_key
from engine.schema.selectable import checked, selectable_fields
from reports.kubectl.listing import Listing, list_order
from reports.kubectl.question import Question, Wanted, wanted

Object = dict[str, Any]
DEFINITIONS = ("apiextensions.k8s.io", "customresourcedefinitions")


DEFAULT_NAMESPACE = "default"

_NOT_FOUND = 'Error from server (NotFound): {resource} "{name}" not found'
_BODY_NOT_SEEN = 'error: {resource} "{name}" is known to exist then, but its body is not in the log'


class State(Protocol):
    """One state of a cluster."""

    def bodies(
        self, group: str, resource: str, namespace: str | None, name: str | None
    ) -> Sequence[str]:
        """The objects of a resource as JSON, of one namespace and one name if they are given."""

    def count_unseen(
        self, group: str, resource: str, namespace: str | None, name: str | None
    ) -> int:
        """How many objects of a resource were there whose body is not known."""

    def kinds(self) -> Sequence[tuple[str, str, str, str, bool]]:
        """All there are: (group, apiVersion, resource, kind, is it namespaced)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, what was asked for by name and is not there, and what has no body.

    `errors` are sentences, as kubectl prints them. `unseen` counts the objects of each resource
    that existed at the time, but whose body is not in the log.
    """

    listings: Sequence[Listing]
    errors: Sequence[str]
    unseen: Sequence[tuple[Resource, int]]


def find(state: State, question: Question) -> Found:
    """The objects that were asked for, by resource, in the order in which they were.

    Raises UnknownResourceError, QuestionError and SelectorError, whose messages are kubectl's.
    """
    definitions = _definitions(state)
    chosen = _Chosen(question, definitions)
    listings: list[Listing] = []
    errors: list[str] = []
    unseen: list[tuple[Resource, int]] = []
    for each in wanted(question, _catalog(state, definitions)):
        objects = (
            chosen.named(state, each, errors) if each.names else chosen.all(state, each.resource)
        )
        count = 0 if each.names else chosen.unseen(state, each.resource)
        if count:
            unseen.append((each.resource, count))
        if objects or not (each.in_category or each.names):
            listings.append(_listing(each, objects, definitions))
    return Found(_joined(listings), errors, unseen)


def _joined(listings: Sequence[Listing]) -> list[Listing]:
    """Neighbours of one resource in one: `pod/a pod/b`, and whatever was not found between them."""
    joined: list[Listing] = []
    for each in listings:
        if joined and joined[-1].by_name and joined[-1].resource == each.resource:
            objects = [*joined[-1].objects, *each.objects]
            joined[-1] = replace(joined[-1], objects=objects)
        else:
            joined.append(each)
    return joined


def known_resources(state: State) -> Catalog:
    """The API server's resources, those of its definitions, and what the log shows besides."""
    return _catalog(state, _definitions(state))


def _definitions(state: State) -> list[Object]:
    return [orjson.loads(text) for text in state.bodies(*DEFINITIONS, None, None)]


class _Chosen:
    """Which objects of a resource are wanted."""

    def __init__(self, question: Question, definitions: Sequence[Object]) -> None:
        self._question = question
        self._definitions = definitions
        self._labels = Selector.parse(question.selector)
        self._fields = FieldSelector.parse(question.field_selector)

    def all(self, state: State, resource: Resource) -> list[Object]:
        """The objects that match the selectors, as the API server lists them."""
        texts = state.bodies(*self._place(resource), None)
        found = self._as_read(texts, resource)
        fields = checked(self._fields, resource) if self._fields.terms else self._fields
        matching = (each for each in found if self._matches(each, fields, resource))
        return sorted(matching, key=list_order)

    def named(self, state: State, asked: Wanted, errors: list[str]) -> list[Object]:
        """The objects with those names, in the order of asking; `errors` gets the others."""
        place = self._place(asked.resource)
        texts: list[str] = []
        for name in asked.names:
            bodies = state.bodies(*place, name)
            texts.extend(bodies)
            if not bodies:
                told = _BODY_NOT_SEEN if state.count_unseen(*place, name) else _NOT_FOUND
                errors.append(told.format(resource=asked.resource.qualified_name, name=name))
        return self._as_read(texts, asked.resource)

    def unseen(self, state: State, resource: Resource) -> int:
        """How many objects are there whose body was not seen; no selector can tell them apart."""
        return state.count_unseen(*self._place(resource), None)

    def _place(self, resource: Resource) -> tuple[str, str, str | None]:
        """The group and the name of what it is stored as, and the namespace that is asked for."""
        namespaced = resource.namespaced and not self._question.all_namespaces
        namespace = (self._question.namespace or DEFAULT_NAMESPACE) if namespaced else None
        return (*storage_key(resource.group, resource.name), namespace)

    def _as_read(self, texts: Sequence[str], resource: Resource) -> list[Object]:
        found = [_in_version(orjson.loads(text), resource) for text in texts]
        schema = _schema(resource, self._definitions)
        return [with_defaults(each, schema) for each in found] if schema else found

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


def _listing(asked: Wanted, objects: Sequence[Object], definitions: Sequence[Object]) -> Listing:
    resource = asked.resource
    return Listing(
        plural=resource.name,
        singular=resource.singular,
        kind=resource.kind,
        group=resource.group,
        version=resource.version,
        namespaced=resource.namespaced,
        objects=objects,
        custom_columns=_custom_columns(resource, definitions),
        by_name=bool(asked.names),
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
