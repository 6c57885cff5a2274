"""What the verbs stand on: the store, the rules of its kinds, the plugins, the server's choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from engine.apiserver.admission.chain import Chain
from engine.apiserver.admission.options import Options
from engine.apiserver.admission.registry import chain_of
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import Choices, Object
from engine.apiserver.verbs.kinds import DEFINITIONS, Found, Kinds, definition_name
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.ranges import SIMULATED, Ranges
from engine.apiserver.verbs.rules import Rules
from engine.apiserver.verbs.status import RefusedError
from engine.schema.resource import Resource
from engine.schema.resources import storage_key
from engine.store.changes import Key
from engine.store.revisions import Store, Stored


def store_key(group: str, resource: str, namespace: str, name: str) -> Key:
    """Where the store keeps an object."""
    return Key(store_name(group, resource), namespace, name)


def store_name(group: str, resource: str) -> str:
    """Under what the store keeps the objects of a resource."""
    return "/".join(storage_key(group, resource))


@dataclass(frozen=True, slots=True)
class StoreView:
    """`engine.apiserver.verbs.contract.View` of a store, which knows everything."""

    store: Store

    def get(self, group: str, resource: str, namespace: str, name: str) -> Object | None:
        """One object, None if there is none."""
        stored = self.store.get(store_key(group, resource, namespace, name))
        return stored.object if stored else None

    def objects(self, group: str, resource: str, namespace: str = "") -> Iterator[Object]:
        """The objects of a resource, of one namespace if given, in the order of their keys."""
        for _, stored in self.store.objects(store_name(group, resource), namespace or None):
            yield stored.object

    def knows(self, group: str, resource: str) -> bool:
        """What the store does not have is not there."""
        return True


@dataclass(slots=True)
class Backing:
    """A store, and by what its objects are written.

    `keeps_accounts` is whether the server writes quotas' usage and Services' addresses itself.
    `ranges` are those of Services, where no ServiceCIDR says otherwise.
    """

    store: Store
    choices: Choices
    options: Options
    keeps_accounts: bool = True
    ranges: Ranges = SIMULATED
    view: StoreView = field(init=False)
    chain: Chain = field(init=False)
    _kinds: Kinds = field(default_factory=Kinds)

    def __post_init__(self) -> None:
        self.view = StoreView(self.store)
        self.chain = chain_of(self.options)

    def find(self, group: str, version: str, name: str) -> Found | None:
        """A resource and its rules, those of a custom one as its definition is now."""
        defined = definition_name(group, name)
        definition = self.view.get(*DEFINITIONS, "", defined) if "." in group else None
        return self._kinds.find(group, version, name, definition, lambda: definition)

    def rules(self, resource: Resource) -> Rules:
        """The rules of a resource that is served; RefusedError if it is not."""
        found = self.find(resource.group, resource.version, resource.name)
        if found is None:
            raise no_such_page()
        return found.rules

    def context(self, resource: Resource) -> Context:
        """By what the objects of a resource are written."""
        return Context(self.view, self.choices, self.rules(resource), self.chain, self.ranges)

    def stored(self, resource: Resource, namespace: str, name: str) -> Stored | None:
        """An object as the store has it."""
        return self.store.get(self.key(resource, namespace, name))

    def key(self, resource: Resource, namespace: str, name: str) -> Key:
        """Where the store keeps an object of a resource."""
        within = namespace if resource.namespaced else ""
        return store_key(resource.group, resource.name, within, name)

    def key_of(self, resource: Resource, obj: Object) -> Key:
        """Where the store keeps that object."""
        metadata = metadata_of(obj)
        return self.key(resource, metadata.get("namespace", ""), metadata["name"])


def shown(rules: Rules, obj: Object) -> Object:
    """A stored object in the version of the request."""
    return rules.in_request(rules.read(obj))


def no_such_page() -> RefusedError:
    """The path is none of this server's."""
    message = "the server could not find the requested resource"
    return RefusedError(HTTPStatus.NOT_FOUND, "NotFound", message)


def not_allowed(resource: Resource) -> RefusedError:
    """The resource has no such verb."""
    details = {"group": resource.group} if resource.group else {}
    return RefusedError(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        {**details, "kind": resource.name},
    )
