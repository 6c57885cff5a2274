"""The cluster as the replayed log has made it so far: the last version of every object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from engine.apiserver import storage_form
from ingest.bodies import Object, parsed, usable
from ingest.fold.absence import Absences
from ingest.fold.doubts import Doubts
from ingest.fold.expiry import EVENTS, Leases
from ingest.fold.index import Index
from ingest.fold.knowledge import Knowledge
from ingest.fold.objects import Objects
from ingest.fold.unnamed import Unnamed
from ingest.fold.unsettled import Unsettled
from ingest.kinds import KindLookup
from ingest.log.settings import Settings
from ingest.requests import ObjectKey, Step
from ingest.spelling import spelling_of
from ingest.stores import Stores
from ingest.version import Settle, Version


class _Own(Enum):
    OWN = "the step's own revision"


OWN = _Own.OWN
PODS = ("", "pods")

ENDS_REMEMBERED = 10_000
"""Requests that overlapped with an object's end come soon after it in the log, or never."""


@dataclass(slots=True)
class State:
    """What exists, and what about it is still to be learned.

    `awaited` are the steps that found their object gone, by key: what removed it comes later in
    the log, if it is there at all. `disrupted` are pods that are about to be evicted, with the
    revision at which their budget was reduced. `interrupted` are creations without a result.
    `leases` are what Kubernetes Events live by, `stores` tell whose revisions an object's are.
    """

    stores: Stores = field(default_factory=Stores)
    leases: Leases = field(default_factory=lambda: Leases(Settings().event_ttl_s))
    kinds: KindLookup = field(default_factory=KindLookup)
    live: dict[ObjectKey, Version] = field(default_factory=dict)
    awaited: dict[ObjectKey, Step] = field(default_factory=dict)
    absences: Absences = field(default_factory=Absences)
    disrupted: dict[ObjectKey, int] = field(default_factory=dict)
    interrupted: dict[ObjectKey, Step] = field(default_factory=dict)
    unsettled: Unsettled = field(default_factory=Unsettled)
    index: Index = field(default_factory=Index)
    knowledge: Knowledge = field(default_factory=Knowledge)
    unnamed: Unnamed = field(default_factory=Unnamed)
    doubts: Doubts = field(default_factory=Doubts)
    objects: Objects = field(default_factory=Objects)
    _hidden: dict[str, list[Version]] = field(default_factory=dict)
    _ended: dict[str, None] = field(default_factory=dict)

    def body(self, key: ObjectKey) -> Object | None:
        """The object at `key` as it is now; None where it was not seen or can't be used."""
        version = self.live.get(key)
        if version is None:
            return None
        return usable(version.body, pod=(key.group, key.resource) == PODS)

    def shared(self, key: ObjectKey) -> Object | None:
        """As `body`, but not to be changed: others look at it too."""
        version = self.live.get(key)
        if version is None:
            return None
        return self.objects.of(version, pod=(key.group, key.resource) == PODS)

    def put(
        self,
        step: Step,
        body: str | None,
        known: str,
        change: str,
        key: ObjectKey | None = None,
        *,
        rv: int | _Own | None = OWN,
        inferred: bool = False,
    ) -> Version:
        """Make the next version of an object. Its revision is the step's own unless given."""
        key = key or step.key
        before = self.live.get(key)
        api_version, kind = self._type(step, key, known, before)
        uid = step.request.uid if key == step.key and step.item is None else None
        version = Version(
            key=key,
            step=step,
            type="PUT",
            change=change,
            known=known,
            api_version=api_version,
            kind=kind,
            uid=uid or (before.uid if before else None),
            body=body,
            rv=step.rv if isinstance(rv, _Own) else rv,
            lower=0 if inferred else step.lower,
            upper=step.upper,
            inferred=inferred,
            store=self.stores.of(key),
        )
        if before is not None:
            shown = before.rv or before.lower
            if shown > version.lower:
                version.lower = shown
            before.at_most(version.rv)
            self.objects.supersede(before)
        if body is not None and known == "observed":
            self.settle(key, body)
        elif before is not None and known == "derived":
            version.guessed = before.guessed
        self.live[key] = version
        self.index.add(key)
        if body is None:
            self.knowledge.missed(key)
        self.awaited.pop(key, None)
        if key[:2] == EVENTS:
            self.leases.attach(key, step.request.api_group, step.time)
        if version.rv is None and version.uid:
            self._hidden.setdefault(version.uid, []).append(version)
        return version

    def derive(
        self,
        step: Step,
        key: ObjectKey,
        body: Object,
        settle: Settle | None = None,
        change: str = "updated",
    ) -> Version:
        """The next version of an object, computed."""
        spelling = spelling_of(body)
        version = self.put(step, spelling.text, "derived", change, key)
        version.spelling = spelling
        if settle is not None:
            self.unsettled.add(version, settle)
        return version

    def unseen(self, step: Step, key: ObjectKey, change: str = "updated") -> Version:
        """The next version of an object, of which no more is known than that it is."""
        if change == "updated" and key not in self.live:
            change = "seen"
        return self.put(step, None, "partial", change, key)

    def gone(
        self,
        step: Step,
        key: ObjectKey,
        rv: int | None,
        lower: int = 0,
        *,
        inferred: bool = False,
    ) -> Version:
        """The end of an object, at revision `rv` or, where it is hidden, after `lower`."""
        before = self.live.pop(key, None)
        self.unsettled.forget(key)
        self.doubts.forget(key)
        self.index.remove(key)
        self.disrupted.pop(key, None)
        self.leases.detach(key)
        api_version, kind = self.kinds.of(key, step.request.api_version)
        uid = step.request.uid if key == step.key and step.item is None else None
        if before is not None:
            api_version, kind = before.api_version, before.kind
            uid = before.uid or uid
            lower = max(lower, before.rv or before.lower)
            before.at_most(rv)
            self._hidden.pop(before.uid or "", None)
        self._remember_end(uid)
        version = Version(
            key=key,
            step=step,
            type="DELETE",
            change="deleted",
            known="derived" if inferred else "observed",
            api_version=api_version,
            kind=kind,
            uid=uid,
            body=None,
            rv=rv,
            lower=lower if inferred else max(step.lower, lower),
            upper=step.upper if rv is None else None,
            inferred=inferred,
            store=self.stores.of(key),
        )
        self.absences.removed(version)
        return version

    def expire(self, step: Step, time: int) -> list[Version]:
        """The ends of the Events whose leases are over by `time`, found when `step` came."""
        if not self.leases.is_over(time):
            return []
        versions = []
        for end, keys in self.leases.over(time):
            for key in keys:
                version = self.gone(step, key, None, inferred=True)
                version.change, version.at = "expired", end
                versions.append(version)
        return versions

    def has_ended(self, uid: object) -> bool:
        """Whether the object of that uid is known to be gone."""
        return isinstance(uid, str) and uid in self._ended

    def _remember_end(self, uid: str | None) -> None:
        if uid:
            self._ended[uid] = None
            if len(self._ended) > ENDS_REMEMBERED:
                del self._ended[next(iter(self._ended))]

    def _hide(self, version: Version) -> None:
        """Remember a version whose revision may be learned by its object's uid, now known."""
        if version.rv is None and version.uid:
            hidden = self._hidden.setdefault(version.uid, [])
            if version not in hidden:
                hidden.append(version)

    def learn_uid(self, key: ObjectKey, uid: str) -> None:
        """Learn the uid of an object that exists, for all of its versions that wait for it."""
        version = self.live.get(key)
        if version is None or version.uid is not None:
            return
        seen = {"metadata": {"name": key.name, "uid": uid}}
        for held in {id(one): one for one in (*self.unsettled.of(key), version)}.values():
            if held.settle is not None:
                held.settle(held, seen)
            held.uid = uid
            self._hide(held)

    def hidden_of(self, uid: str | None) -> Sequence[Version]:
        """The versions of an object that exists whose revisions the record hides."""
        return self._hidden.get(uid or "", ())

    def settle(self, key: ObjectKey, body: str) -> None:
        """Complete what was computed of an object from a version that was seen."""
        self.unsettled.settle(key, body, pod=(key.group, key.resource) == PODS)

    def settle_from(self, step: Step) -> None:
        """Complete what was computed of an object from the answer to a write of it."""
        before, request = self.live[step.key], step.request
        if before.uid in (None, request.uid) and request.response is not None:
            self.settle(step.key, request.response)

    def rename(self, version: Version, key: ObjectKey) -> None:
        """Learn the name of an object that was created without one in the log."""
        old = version.key
        for held in self.unsettled.of(old):
            held.key = key
        self.unsettled.rename(old, key)
        version.key = key
        if self.live.get(old) is version:
            self.live[key] = self.live.pop(old)

    def _type(
        self, step: Step, key: ObjectKey, known: str, before: Version | None
    ) -> tuple[str, str]:
        """(apiVersion, kind) of an object's next version."""
        request = step.request
        if known == "observed" and step.item is None:
            shown = (request.response_api_version, request.response_kind)
            if not storage_form.differs(*shown):
                api_version, kind = self.kinds.of(key, request.api_version)
                api_version, kind = shown[0] or api_version, shown[1] or kind
                self.kinds.learn(key, api_version, kind)
                return api_version, kind
        if before is not None:
            return before.api_version, before.kind
        return self.kinds.of(key, request.api_version)


def same_but_revision(text: str | None, other: str | None) -> bool:
    """Whether two bodies differ in nothing but the revision."""
    one, two = parsed(text), parsed(other)
    for body in (one, two):
        if isinstance(body.get("metadata"), dict):
            body["metadata"].pop("resourceVersion", None)
    return bool(one) and one == two
