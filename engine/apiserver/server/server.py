"""The API server of a simulated cluster: every verb of Kubernetes' API over one store.

    store = Store()
    server = ApiServer(store, SimulatedChoices.of(store, seed=7))
    pods = server.resource("", "v1", "pods")
    server.serve(Write("create", pods, {...}, now_us, namespace="shop", manager="kubectl"))
    server.get(pods, "shop", "web-0")

Successful writes answer with an `Answer`, refused ones raise
`engine.apiserver.verbs.status.RefusedError`, whose `status()` is the body that a client gets.
Objects that come out are the server's own and must not be changed; nor must a body that was sent.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.apiserver.admission.options import Options
from engine.apiserver.server import binding, deleting, eviction, scales, write_options, writing
from engine.apiserver.server.answers import Answer, listed
from engine.apiserver.server.backing import Backing, no_such_page, not_allowed
from engine.apiserver.server.reading import ALL, Reader, ResourceWatch, Selection
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Choices, Object, Write
from engine.apiserver.verbs.ranges import SIMULATED, Ranges
from engine.schema.resource import Resource
from engine.store.revisions import Store

UPDATES = ("update", "patch")


class ApiServer:
    """Serves one store.

    `keeps_accounts` is whether the server writes the usage of quotas and the addresses of Services
    itself. A replay of a record, in which those writes stand by themselves, leaves them to it.
    `ranges` are those of Services; the choices are made from the same.
    """

    def __init__(
        self,
        store: Store,
        choices: Choices,
        options: Options | None = None,
        *,
        keeps_accounts: bool = True,
        ranges: Ranges = SIMULATED,
    ) -> None:
        self._backing = Backing(store, choices, options or Options(), keeps_accounts, ranges)
        self._reader = Reader(self._backing)

    @property
    def store(self) -> Store:
        """What is served."""
        return self._backing.store

    def fork(self, choices: Callable[[Store], Choices]) -> ApiServer:
        """A server with the same content and past; each goes on by itself.

        `choices` makes those for the fork's store, as `SimulatedChoices.fork` does.
        """
        store, backing = self.store.fork(), self._backing
        return ApiServer(
            store,
            choices(store),
            backing.options,
            keeps_accounts=backing.keeps_accounts,
            ranges=backing.ranges,
        )

    def resource(self, group: str, version: str, name: str) -> Resource | None:
        """The resource of that plural name, custom ones too; None if it is not served."""
        found = self._backing.find(group, version, name)
        return found.resource if found else None

    # Reads

    def get(self, resource: Resource, namespace: str, name: str, subresource: str = "") -> Object:
        """One object, or its Scale."""
        if subresource == "scale":
            return scales.get(self._backing, resource, namespace, name)
        return self._reader.get(resource, namespace, name)

    def objects(
        self,
        resource: Resource,
        namespace: str = "",
        selection: Selection = ALL,
        revision: int | None = None,
    ) -> list[Object]:
        """The objects that are selected, by namespace and name, now or at a revision."""
        return self._reader.objects(resource, namespace, selection, revision)

    def list(
        self,
        resource: Resource,
        namespace: str = "",
        selection: Selection = ALL,
        revision: int | None = None,
    ) -> Object:
        """`objects` as the list that a client gets."""
        found = self.objects(resource, namespace, selection, revision)
        return listed(resource, found, self.store.revision if revision is None else revision)

    def watch(
        self, resource: Resource, after: int, namespace: str = "", selection: Selection = ALL
    ) -> ResourceWatch:
        """The changes of a resource after a revision."""
        return self._reader.watch(resource, after, namespace, selection)

    # Writes

    def serve(self, write: Write, selection: Selection = ALL) -> Answer:
        """Do what a write asks for. `selection` is what a deletecollection is about."""
        resource, verb = write.resource, write.verb
        _check_verb(write)
        if verb == "delete":
            return deleting.delete(self._backing, write)
        if verb == "deletecollection":
            return deleting.deletecollection(self._backing, write, selection)
        if not resource.namespaced or write.namespace:
            return self._stored(write)
        raise status.bad_request("an empty namespace may not be set during creation")

    def _stored(self, write: Write) -> Answer:
        """A create, update or patch, of an object or of one of its subresources."""
        write_options.check(write)
        about = (write.resource.group, write.resource.name, write.subresource)
        if write.verb in UPDATES:
            change = scales.change if write.subresource == "scale" else writing.change
            return change(self._backing, write)
        if about == ("", "pods", "binding"):
            return binding.bind(self._backing, write)
        if about == ("", "pods", "eviction"):
            return eviction.evict(self._backing, write)
        return writing.create(self._backing, write)


def _check_verb(write: Write) -> None:
    """Refuse what the resource, or its subresource, does not offer."""
    resource = write.resource
    if not write.subresource:
        if write.verb not in resource.verbs or "get" not in resource.verbs:
            raise not_allowed(resource)
        return
    found = next((s for s in resource.subresources if s.name == write.subresource), None)
    if found is None:
        raise no_such_page()
    if write.verb not in found.verbs or found.kind not in _STORED_AS.get(
        found.name, (resource.kind,)
    ):
        raise not_allowed(resource)


_STORED_AS = {"binding": ("Binding",), "eviction": ("Eviction",), "scale": ("Scale",)}
"""Subresources of another kind whose writes change the store; a token or a review does not."""
