"""From ordered steps to versions: what each write made of its object.

Where the answer holds the object, that is the version. Where the answer is a Status, a Scale or
metadata only, the version is computed from the one before and the request, by the API server's own
rules (engine.apiserver). What follows silently from a write (a Service's Endpoints, a definition's
custom resources) is added. What cannot be known has no body: it is `partial`, never invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import orjson

from engine.apiserver import deletion, pods, storage_form
from engine.apiserver.deletion import Deletion
from engine.apiserver.scale import manager_of, scale
from ingest.kinds import KindLookup
from ingest.requests import ObjectKey, Request, Step

Object = dict[str, Any]
Settle = Callable[["Version", Object], None]

MICROSECONDS = 1_000_000


@dataclass(slots=True, eq=False)
class Version:
    """One version of one object, or its end. `body` is JSON text; None if gone or not seen.

    `settle` completes a computed body from the next version that is seen, where the record leaves
    open on which side of a second a write fell.
    """

    key: ObjectKey
    step: Step
    type: str
    change: str
    known: str
    api_version: str
    kind: str
    uid: str | None
    body: str | None
    rv: int | None
    lower: int
    upper: int | None
    settle: Settle | None = None


class _Own(Enum):
    OWN = "the step's own revision"


OWN = _Own.OWN


@dataclass(slots=True)
class Rebuild:
    """The state while the log is replayed: the last version of every object that exists."""

    kinds: KindLookup = field(default_factory=KindLookup)
    live: dict[ObjectKey, Version] = field(default_factory=dict)
    _unsettled: dict[ObjectKey, list[Version]] = field(default_factory=dict)
    _hidden: dict[str | None, list[Version]] = field(default_factory=dict)

    def versions(self, steps: Iterable[Step]) -> Iterator[Version]:
        """The versions that the steps make, in order."""
        for step in steps:
            yield from self.apply(step)

    def apply(self, step: Step) -> list[Version]:
        """The versions that one step makes: usually one, none if nothing was stored."""
        request = step.request
        if not (request.succeeded and request.stores):
            return []
        if request.verb in ("delete", "deletecollection"):
            return self._deleted(step)
        if request.subresource == "binding" or request.resource == "bindings":
            return self._bound(step)
        if request.subresource == "eviction":
            return self._evicted(step)
        if request.subresource == "scale":
            return self._scaled(step)
        if request.response is None:
            return self._unseen(step)
        return self._answered(step)

    # What an answer shows

    def _answered(self, step: Step) -> list[Version]:
        """A create, update or patch whose answer is the object, or its metadata."""
        request = step.request
        if request.resource_version is None or request.response_kind == "Status":
            return []  # a review: answered, never stored
        before = self.live.get(step.key)
        if step.rv is None:
            return self._unchanged(step, before)
        self._reveal(step, before)
        replaced = self._replaced(step, before, request.uid)
        if replaced:
            before = None
        body = request.response
        known = "observed"
        if request.response_kind == "PartialObjectMetadata":
            known = "derived"
            body = _with_metadata(before, request)
        elif storage_form.differs(request.response_api_version, request.response_kind):
            body, known = self._stored(step.key, request)
        change = "updated" if before else "created" if _creates(request) else "seen"
        return [*replaced, self._put(step, body, known, change)]

    def _reveal(self, step: Step, before: Version | None) -> None:
        """Learn hidden revisions from what a request names.

        An update that carries a resourceVersion succeeds only on that very revision; an Event
        names the revision of its object that its author had seen.
        """
        request = step.request
        if before is not None and before.rv is None and request.verb in ("update", "patch"):
            _learn(before, (_object(request.request).get("metadata") or {}).get("resourceVersion"))
        if step.key.resource == "events" and request.response is not None:
            about = _decode_about(request.response)
            about_object = about.involvedObject or about.regarding
            hidden = self._hidden.get(about_object.uid, ()) if about_object else ()
            for version in hidden:
                _learn(version, about_object.resourceVersion)  # type: ignore[union-attr]

    def _stored(self, key: ObjectKey, request: Request) -> tuple[str | None, str]:
        """The body in the store's own form, and whether that is what was seen."""
        answer = _object(request.response)
        form = storage_form.stored(answer, _object(request.request), self._body(key))
        if form is answer:
            return request.response, "observed"
        return orjson.dumps(form).decode(), "observed"

    def _unchanged(self, step: Step, before: Version | None) -> list[Version]:
        """An answer with an old revision: nothing was stored, or a deletion was completed."""
        request = step.request
        answer = _object(request.response)
        versions: list[Version] = []
        if before is None and not deletion.emptied(answer) and request.response_kind == request_kind(
            self.kinds, step.key
        ):
            revision = request.resource_version
            versions.append(self._put(step, request.response, "observed", "seen", rv=revision))
        if deletion.emptied(answer) and (before is None or before.uid in (None, request.uid)):
            versions.extend(self._cleanup(step, before))
            versions.extend(self._removed(step, step.key, None))
        return versions

    def _unseen(self, step: Step) -> list[Version]:
        """A write whose answer was not logged: the object exists, its body is not known."""
        change = "created" if step.request.verb == "create" else "updated"
        if not step.key.name:
            return []
        return [self._put(step, None, "partial", change)]

    # Status and Scale answers

    def _bound(self, step: Step) -> list[Version]:
        request = step.request
        key = step.key._replace(resource="pods")
        pod = self._body(key)
        if pod is None:
            return [self._put(step, None, "partial", "updated", key)]
        binding = _object(request.request)
        node = (binding.get("target") or {}).get("name")
        known_node = self._body(ObjectKey("", "nodes", "", node or ""))
        labels = (known_node["metadata"].get("labels") or {}) if known_node else None
        body = pods.bind(pod, binding, labels, step.time // MICROSECONDS)
        settle = None
        if labels is None or not _one_second(request):
            settle = _settle_binding
        return [self._derived(step, key, body, settle)]

    def _evicted(self, step: Step) -> list[Version]:
        key = step.key
        pod = self._body(key)
        if pod is None:
            return [self._put(step, None, "partial", "updated", key)]
        options = _object(step.request.request).get("deleteOptions") or {}
        versions = []
        now = step.time // MICROSECONDS
        status = dict(pod.get("status") or {})
        status["conditions"] = pods.with_condition(
            status.get("conditions") or (), pods.EVICTED_BY_API, now
        )
        if status != pod.get("status"):
            pod = {**pod, "status": status}
            versions.append(self._derived(step, key, pod, _settle_deletion))
        return versions + self._marked(step, key, pod, options)

    def _scaled(self, step: Step) -> list[Version]:
        request = step.request
        parent = self._body(step.key)
        if step.rv is None or request.response is None:
            return []
        if parent is None:
            return [self._put(step, None, "partial", "updated")]
        query = parse_qs(urlsplit(request.request_uri).query)
        manager = manager_of((query.get("fieldManager") or [None])[0], request.user_agent)
        replicas = (_object(request.response).get("spec") or {}).get("replicas", 0)
        operation = "Apply" if request.patch_type == "apply" else "Update"
        body = scale(parent, replicas, manager, operation=operation)
        return [self._derived(step, step.key, body, None)]

    # Deletion

    def _deleted(self, step: Step) -> list[Version]:
        request = step.request
        if step.item is not None:
            return self._deleted_from_list(step, step.item)
        if request.verb == "deletecollection":
            return []
        if request.response is None:
            return self._deleted_unseen(step)
        if request.response_kind == "Status":
            return self._removed(step, step.key, step.rv)
        answer = _object(request.response)
        fate = deletion.fate_of_deleted(answer)
        before = self.live.get(step.key)
        if fate is Deletion.MARKED:
            if step.rv is None:
                return self._unchanged(step, before)
            return [self._put(step, request.response, "observed", "updated")]
        if fate is Deletion.REMOVED:
            return self._removed(step, step.key, step.rv)
        versions = []
        if before is None or before.body is None or not _same(before.body, answer):
            mark = self._put(step, request.response, "derived", "updated", rv=None)
            mark.upper = step.rv
            versions.append(mark)
        return versions + self._removed(step, step.key, step.rv)

    def _deleted_unseen(self, step: Step) -> list[Version]:
        """A delete whose answer was not logged: graceful for pods, else gone."""
        if step.key.resource == "pods" and step.key.group == "":
            return self._marked(step, step.key, self._body(step.key), _object(step.request.request))
        return self._removed(step, step.key, None)

    def _deleted_from_list(self, step: Step, item: Object) -> list[Version]:
        """One object that a deletecollection listed: the list shows it as it was before."""
        key, before = step.key, self.live.get(step.key)
        metadata = item.get("metadata") or {}
        versions = []
        if before is None:
            text = orjson.dumps({**item, **self._type_of(step)}).decode()
            revision = _integer(metadata.get("resourceVersion"))
            versions.append(self._put(step, text, "observed", "seen", rv=revision))
        elif before.uid not in (None, metadata.get("uid")):
            return []
        current = self._body(key)
        if current is not None and current["metadata"].get("deletionTimestamp"):
            return versions  # already on its way; a second delete changes nothing
        return versions + self._marked(step, key, current, _object(step.request.request))

    def _marked(
        self, step: Step, key: ObjectKey, obj: Object | None, options: Object
    ) -> list[Version]:
        """Begin a deletion as the object's kind does, and end it if nothing keeps the object."""
        if obj is None:
            return [self._put(step, None, "partial", "updated", key)]
        graceful = (key.group, key.resource) == ("", "pods")
        finalizers = _finalizers_after(obj, options)
        if not graceful and not finalizers:
            return self._removed(step, key, None)
        grace = deletion.pod_grace_seconds(obj, options.get("gracePeriodSeconds")) if graceful else 0
        old_grace = obj["metadata"].get("deletionGracePeriodSeconds")
        if old_grace is not None and grace >= old_grace:
            return []
        marked = deletion.mark_deleted(obj, grace, step.time // MICROSECONDS)
        if finalizers:
            marked["metadata"]["finalizers"] = finalizers
        settle = None if _one_second(step.request) else _settle_deletion
        versions = [self._derived(step, key, marked, settle)]
        if grace == 0 and not finalizers:
            versions.extend(self._removed(step, key, None))
        return versions

    def _removed(self, step: Step, key: ObjectKey, rv: int | None) -> list[Version]:
        """The end of an object, and what ends with it."""
        versions = [self._gone(step, key, rv)]
        if (key.group, key.resource) == ("", "services"):
            # The registry deletes the Endpoints itself: no request, no line in the log
            # (pkg/registry/core/service/storage/storage.go, afterDelete, v1.36).
            endpoints = key._replace(resource="endpoints")
            if endpoints in self.live:
                versions.append(self._gone(step, endpoints, None, lower=rv))
        return versions

    def _cleanup(self, step: Step, definition: Version | None) -> Iterator[Version]:
        """The custom resources of a definition that is gone: deleted without requests."""
        if step.key.resource != "customresourcedefinitions":
            return
        spec = _object(step.request.response).get("spec") or {}
        kind = (spec.get("group"), (spec.get("names") or {}).get("plural"))
        for key in sorted(k for k in self.live if (k.group, k.resource) == kind):
            lower = definition.rv if definition else None
            yield self._gone(step, key, None, lower=lower)

    # Making versions

    def _put(
        self,
        step: Step,
        body: str | None,
        known: str,
        change: str,
        key: ObjectKey | None = None,
        *,
        rv: int | None | _Own = OWN,
    ) -> Version:
        """The next version of an object. Its revision is the step's own unless given."""
        request = step.request
        key = key or step.key
        revision = step.rv if isinstance(rv, _Own) else rv
        before = self.live.get(key)
        api_version, kind = self.kinds.of(key, request.api_version)
        if known == "observed" and step.item is None:
            if not storage_form.differs(request.response_api_version, request.response_kind):
                api_version = request.response_api_version or api_version
                kind = request.response_kind or kind
                self.kinds.learn(key, api_version, kind)
        elif before is not None:
            api_version, kind = before.api_version, before.kind
        uid = request.uid if key == step.key and step.item is None else None
        version = Version(
            key, step, "PUT", change, known, api_version, kind,
            uid or (before.uid if before else None), body, revision, step.lower, step.upper,
        )  # fmt: skip
        if before is not None:
            if before.rv is not None:
                version.lower = max(version.lower, before.rv)
            elif version.rv is not None:
                before.upper = min(before.upper or version.rv, version.rv)
        if body is not None and known == "observed":
            self._settle(key, body)
        self.live[key] = version
        if version.rv is None:
            self._hidden.setdefault(version.uid, []).append(version)
        return version

    def _derived(
        self, step: Step, key: ObjectKey, body: Object, settle: Settle | None
    ) -> Version:
        version = self._put(step, orjson.dumps(body).decode(), "derived", "updated", key)
        version.settle = settle
        if settle is not None:
            self._unsettled.setdefault(key, []).append(version)
        return version

    def _gone(
        self, step: Step, key: ObjectKey, rv: int | None, lower: int | None = None
    ) -> Version:
        before = self.live.pop(key, None)
        self._unsettled.pop(key, None)
        self._hidden.pop(before.uid if before else None, None)
        api_version, kind = self.kinds.of(key, step.request.api_version)
        if before is not None:
            api_version, kind = before.api_version, before.kind
        floor = max(step.lower, lower or 0, (before.rv if before else None) or 0)
        if before is not None and before.rv is None and rv is not None:
            before.upper = min(before.upper or rv, rv)
        uid = before.uid if before else None
        return Version(
            key, step, "DELETE", "deleted", "observed", api_version, kind,
            uid or (step.request.uid if key == step.key else None), None, rv, floor,
            step.upper if rv is None else None,
        )  # fmt: skip

    def _replaced(
        self, step: Step, before: Version | None, uid: str | None
    ) -> list[Version]:
        """The end, not seen, of an object whose name was given to a new one."""
        if before is None or uid is None or before.uid in (None, uid):
            return []
        gone = self._gone(step, step.key, None)
        gone.known = "derived"
        gone.upper = step.rv
        return [gone]

    def _settle(self, key: ObjectKey, body: str) -> None:
        for version in self._unsettled.pop(key, ()):
            if version.settle is not None:
                version.settle(version, _object(body))
                version.settle = None

    def _body(self, key: ObjectKey) -> Object | None:
        version = self.live.get(key)
        return None if version is None or version.body is None else _object(version.body)

    def _type_of(self, step: Step) -> dict[str, str]:
        api_version, kind = self.kinds.of(step.key, step.request.api_version)
        return {"apiVersion": api_version, "kind": kind}


class _Reference(msgspec.Struct):
    uid: str | None = None
    resourceVersion: str | None = None


class _About(msgspec.Struct):
    involvedObject: _Reference | None = None
    regarding: _Reference | None = None


_decode_about = msgspec.json.Decoder(_About).decode


def _learn(version: Version, revision: Any) -> None:
    """Set a hidden revision that was named, if it can be the version's."""
    rv = _integer(revision)
    if version.rv is not None or rv is None or rv <= version.lower:
        return
    if version.upper is None or rv < version.upper:
        version.rv = rv


def _object(text: str | None) -> Object:
    value = orjson.loads(text) if text else None
    return value if isinstance(value, dict) else {}


def _creates(request: Request) -> bool:
    return request.verb == "create" or request.code == 201


def request_kind(kinds: KindLookup, key: ObjectKey) -> str:
    return kinds.of(key, "")[1]


def _integer(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdigit() else None


def _one_second(request: Request) -> bool:
    """Whether the server's clock showed one second throughout the request."""
    return request.received // MICROSECONDS == request.ended // MICROSECONDS


def _same(text: str, answer: Object) -> bool:
    """Whether two bodies differ in nothing but the revision."""
    old = _object(text)
    for obj in (old, answer):
        (obj.get("metadata") or {}).pop("resourceVersion", None)
    return old == answer


def _with_metadata(before: Version | None, request: Request) -> str | None:
    """The object before with the metadata that the answer shows."""
    if before is None or before.body is None:
        return None
    metadata = _object(request.response).get("metadata")
    return orjson.dumps({**_object(before.body), "metadata": metadata}).decode()


def _finalizers_after(obj: Object, options: Object) -> list[str]:
    """The finalizers of an object when its deletion begins (store.go, deletionFinalizers…)."""
    finalizers = list(obj["metadata"].get("finalizers") or ())
    added = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}
    wanted = added.get(options.get("propagationPolicy") or "")
    kept = [f for f in finalizers if f not in added.values()]
    return [*kept, wanted] if wanted else kept


def _settle_binding(version: Version, seen: Object) -> None:
    body = _object(version.body)
    if not (seen.get("spec") or {}).get("nodeName"):
        return
    labels = (seen["metadata"].get("labels")) or {}
    for name in pods.TOPOLOGY_LABELS:
        if name in labels:
            body["metadata"].setdefault("labels", {})[name] = labels[name]
    _copy_transition(body, seen, "PodScheduled")
    version.body = orjson.dumps(body).decode()


def _settle_deletion(version: Version, seen: Object) -> None:
    body = _object(version.body)
    if "deletionTimestamp" in body["metadata"] and seen["metadata"].get("deletionTimestamp"):
        body["metadata"]["deletionTimestamp"] = seen["metadata"]["deletionTimestamp"]
    _copy_transition(body, seen, "DisruptionTarget")
    version.body = orjson.dumps(body).decode()


def _copy_transition(body: Object, seen: Object, type_: str) -> None:
    times = {
        c.get("type"): c.get("lastTransitionTime")
        for c in (seen.get("status") or {}).get("conditions") or ()
    }
    for condition in (body.get("status") or {}).get("conditions") or ():
        if condition.get("type") == type_ and times.get(type_):
            condition["lastTransitionTime"] = times[type_]
