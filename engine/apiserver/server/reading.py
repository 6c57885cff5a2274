"""Get, list and watch.

Source: k8s.io/apiserver pkg/endpoints/handlers/get.go, pkg/storage/etcd3/store.go and errors.go
(interpretListError), pkg/storage/errors.go (NewTooLargeResourceVersionError), v1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from engine.apiserver.server.backing import Backing, shown
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.rules import Rules
from engine.apiserver.verbs.status import RefusedError
from engine.model.field_selector import FieldSelector
from engine.model.requirement import SelectorError
from engine.model.selector import Selector
from engine.schema.resource import Resource
from engine.schema.selectable import checked, selectable_fields
from engine.store.revisions import ExpiredError
from engine.store.watch import Watch, WatchEvent

TOO_OLD_LIST = "The resourceVersion for the provided list is too old."


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects are asked for: by labels and by fields, as in a URL. Empty is all of them."""

    labels: str = ""
    fields: str = ""

    def test(self, resource: Resource) -> Callable[[Object], bool] | None:
        """Whether an object is selected; None for a selection of all. RefusedError if it is bad."""
        try:
            labels = Selector.parse(self.labels)
            fields = checked(FieldSelector.parse(self.fields), resource)
        except SelectorError as error:
            raise status.bad_request(str(error)) from None
        if labels.empty and fields.empty:
            return None

        def selects(obj: Object) -> bool:
            if not labels.matches(metadata_of(obj).get("labels") or {}):
                return False
            return fields.empty or fields.matches(selectable_fields(resource, obj))

        return selects


ALL = Selection()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what the server has. Objects are its own: they must not be changed."""

    backing: Backing

    def get(self, resource: Resource, namespace: str, name: str) -> Object:
        """One object; RefusedError if there is none."""
        rules = self.backing.rules(resource)
        stored = self.backing.stored(resource, namespace, name)
        if stored is None:
            raise status.not_found(resource, name)
        return shown(rules, stored.object)

    def objects(
        self,
        resource: Resource,
        namespace: str = "",
        selection: Selection = ALL,
        revision: int | None = None,
    ) -> list[Object]:
        """The objects that are selected, by namespace and name, now or at a revision."""
        rules = self.backing.rules(resource)
        selects = selection.test(resource)
        self._check(revision)
        name = self.backing.key(resource, "", "").resource
        try:
            found = [
                shown(rules, stored.object)
                for _, stored in self.backing.store.objects(
                    name, namespace or None, revision=revision
                )
            ]
        except ExpiredError:
            raise _expired(TOO_OLD_LIST) from None
        return found if selects is None else [obj for obj in found if selects(obj)]

    def watch(
        self,
        resource: Resource,
        after: int,
        namespace: str = "",
        selection: Selection = ALL,
    ) -> ResourceWatch:
        """The changes after a revision; RefusedError if they are forgotten."""
        rules = self.backing.rules(resource)
        selects = selection.test(resource)
        self._check(after)
        try:
            changes = Watch(
                self.backing.store,
                self.backing.key(resource, "", "").resource,
                after,
                namespace=namespace or None,
                selects=selects and (lambda obj: selects(shown(rules, obj))),
            )
        except ExpiredError as error:
            raise _expired(str(error)) from None
        return ResourceWatch(changes, resource, rules)

    def _check(self, revision: int | None) -> None:
        current = self.backing.store.revision
        if revision is None or revision <= current:
            return
        raise RefusedError(
            HTTPStatus.GATEWAY_TIMEOUT,
            "Timeout",
            f"Timeout: Too large resource version: {revision}, current: {current}",
            {
                "causes": [
                    {
                        "reason": "ResourceVersionTooLarge",
                        "message": "Too large resource version",
                    }
                ],
                "retryAfterSeconds": 1,
            },
        )


@dataclass(frozen=True, slots=True)
class ResourceWatch:
    """A watch in the version of its request. `events` gives what has come since it was asked."""

    changes: Watch
    resource: Resource
    rules: Rules

    @property
    def revision(self) -> int:
        """How far this watch has come."""
        return self.changes.revision

    def events(self) -> Iterator[WatchEvent]:
        """The changes since the last call; RefusedError if some of them are forgotten."""
        try:
            for event in self.changes.events():
                yield WatchEvent(event.type, shown(self.rules, event.object))
        except ExpiredError as error:
            raise _expired(str(error)) from None

    def bookmark(self) -> WatchEvent:
        """How far this watch has come, as an event."""
        event = self.changes.bookmark()
        kind = {"kind": self.resource.kind, "apiVersion": self.resource.api_version}
        return WatchEvent(event.type, {**kind, **event.object})


def _expired(message: str) -> RefusedError:
    return RefusedError(HTTPStatus.GONE, "Expired", message)
