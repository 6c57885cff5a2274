"""The requests of a recording, sent to our API server one after the other, in their order.

Before each request the store is brought to what etcd held then, by the recording's own history; so
each answer, and each version that our server stores, is held against the recorded one by itself.
What only the server chose (uids, addresses, the second) is taken from the recorded answer.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pyarrow as pa
from msgspec import structs

from engine.apiserver.admission.options import Options
from engine.apiserver.deletion import emptied
from engine.apiserver.server.answers import Answer
from engine.apiserver.server.backing import store_name
from engine.apiserver.server.reading import ALL, Selection
from engine.apiserver.server.server import ApiServer
from engine.apiserver.verbs.contract import Write
from engine.apiserver.verbs.preconditions import etcd_prefix
from engine.apiserver.verbs.status import RefusedError
from engine.model.timestamp import TimestampError, parse_seconds
from engine.schema.resource import Resource
from engine.schema.resources import catalog
from engine.store.changes import Key
from engine.store.revisions import Store
from ingest.fold.predictions import first_difference
from ingest.fold.writes import Guessed, Shown, manager, write_of
from ingest.log.event_reader import read_events
from ingest.requests import COLUMNS, Request, Step, requests_of
from ingest.stores import Stores, in_order
from tests.recordings import folder, ingested

MICROSECONDS = 1_000_000
WRITES = ("create", "update", "patch", "delete", "deletecollection")

OUTSIDE = frozenset({400, 401, 415, 500, 504})
"""Refusals that are not decided by the state, or not by the server's rules."""

OWN_WRITES = frozenset({("poddisruptionbudgets", "status")})
"""What the server writes to itself (user system:apiserver) as part of another request."""

TOLD_BY_STATUS = ("PodScheduled", "DisruptionTarget")
"""Conditions of pods that writes set which answer with a Status."""

SLACK = 20
"""How many revisions too late the record can say that a write came."""

CONVERTED = "apiextensions.k8s.io/customresourcedefinitions"
"""etcd keeps these in another version; our store does not."""


@dataclass
class Recorded:
    """The server's choices for the request that is being served."""

    shown: Shown = field(default_factory=lambda: Guessed({}))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shown, name)


@dataclass
class Result:
    """What became of the requests: how many of each kind were held, and which differ."""

    held: Counter[str] = field(default_factory=Counter)
    differ: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, about: str, difference: str | None) -> None:
        self.held[what] += 1
        if difference is not None:
            self.differ.append((what, about, difference))

    def share(self, what: str) -> float:
        """Which share of that kind is equal."""
        missed = sum(1 for kind, *_ in self.differ if kind == what)
        return 1 - missed / self.held[what]


class Etcd:
    """The recorded writes by revision, and our store at a revision of them."""

    def __init__(self, path: Path, store: Store, result: Result) -> None:
        self._writes = list(_history(path))
        self._by_key: dict[Key, list[int]] = {}
        for revision, key, _ in self._writes:
            self._by_key.setdefault(key, []).append(revision)
        self._values = {revision: value for revision, _, value in self._writes}
        self._at = 0
        self._store = store
        self._result = result
        self._ours: dict[tuple[Key, int], tuple[str, Any]] = {}

    def in_order(self, steps: Iterable[Step]) -> list[Step]:
        """The steps by their revisions; one without comes after those that it came after."""
        found: list[tuple[int, int, Step]] = []
        latest = 0
        for number, step in enumerate(steps):
            step.rv = self._revision(step) or step.rv
            latest = max(latest, step.rv or 0)
            found.append((step.rv or latest + 1, number, step))
        return [step for *_, step in sorted(found, key=lambda one: one[:2])]

    def _revision(self, step: Step) -> int | None:
        """The first revision that a write made, where its answer does not show that one."""
        request = step.request
        if not request.succeeded or request.dry_run:
            return None
        key = Key("/".join(step.key[:2]), step.key.namespace, step.key.name)
        if request.subresource == "binding":
            return self._first(key, step, lambda pod: bool(pod["spec"].get("nodeName")))
        if request.subresource == "eviction":
            spent = [
                self._first(
                    budget,
                    step,
                    lambda pdb: key.name in (pdb["status"].get("disruptedPods") or ()),
                )
                for budget in self._by_key
                if budget[:2] == ("policy/poddisruptionbudgets", key.namespace)
            ]
            gone = self._first(key, step, lambda pod: "DisruptionTarget" in str(pod["status"]))
            return min((rv for rv in [*spent, gone] if rv is not None), default=None)
        if step.item is not None:
            seen = int(step.item["metadata"]["resourceVersion"])
            return next((r for r in self._by_key.get(key, ()) if r > seen), None)
        return None if request.verb == "create" else self._end(key, request)

    def _end(self, key: Key, request: Request) -> int | None:
        """When the request removed the object, or when it marked one that it then removed."""
        answer = json.loads(request.response or "{}")
        metadata = answer.get("metadata") or {}
        spec = answer.get("spec") or {}
        going = emptied(answer.get("kind"), metadata, spec)
        if request.verb == "delete" and request.response_kind == "Status":
            uid = (answer.get("details") or {}).get("uid")
        elif going:
            uid = metadata.get("uid")
        else:
            return None
        revisions = self._by_key.get(key, [])
        for before, after in pairwise(revisions):
            body = (self._values[before] or {}).get("metadata") or {}
            if self._values[after] is None and body.get("uid") == uid:
                marked = request.verb == "delete" and body.get("deletionTimestamp")
                return before if marked and not self._was_going(revisions, before) else after
        return None

    def _was_going(self, revisions: list[int], at: int) -> bool:
        """Whether an object was being deleted in just that way before a revision."""
        earlier = [revision for revision in revisions if revision < at]
        body = (self._values[earlier[-1]] or {}).get("metadata") or {} if earlier else {}
        return body.get("deletionGracePeriodSeconds") == 0

    def _first(self, key: Key, step: Step, is_so: Callable[[Any], bool]) -> int | None:
        """The first version of an object, about that of the step, of which something is so."""
        before = False
        for revision in self._by_key.get(key, ()):
            value = self._values[revision]
            now = value is not None and is_so(value)
            if now and not before and revision > step.lower - SLACK:
                return revision
            before = now
        return None

    def after(self, step: Step) -> Any:
        """The object as it was stored by a step, or next after it."""
        key = Key("/".join(step.key[:2]), step.key.namespace, step.key.name)
        revisions = (r for r in self._by_key.get(key, ()) if r >= (step.rv or 0))
        return self._values[next(revisions)] or {}

    def bring_to(self, revision: int) -> None:
        """Let the store hold what etcd held after a revision; compare what our server stored."""
        while self._at < len(self._writes) and self._writes[self._at][0] <= revision:
            self._bring(*self._writes[self._at])
            self._at += 1
        self._store.advance(revision)

    def wrote(self, about: str, since: int) -> None:
        """Note which writes are those of our server; undo what nobody wrote."""
        strange = {}
        for change in self._store.changes_after(since):
            written = self._by_key.get(change.key, ())
            if change.after is None and change.revision not in written:
                # What goes along with another object may go a little later.
                ends = (r for r in written if since < r <= since + SLACK)
                if any(self._values[r] is None for r in ends):
                    continue
            if change.revision in written:
                entry = change.after
                made = None if entry is None else self._store.read(change.key, entry).object
                self._ours[change.key, change.revision] = about, made
            else:
                strange[change.key] = True
        for key in strange:
            was = [revision for revision in self._by_key.get(key, ()) if revision <= since]
            self._bring(was[-1] if was else since, key, self._values[was[-1]] if was else None)
        if strange:
            self._store.revision = since

    def _bring(self, revision: int, key: Key, value: Any) -> None:
        ours = self._ours.pop((key, revision), None)
        stored = self._store.get(key)
        if ours is not None and key.resource != CONVERTED:
            self._result.add("stored", ours[0], _difference(value, ours[1]))
        if value is None:
            if stored is not None:
                self._store.revision = min(self._store.revision, revision - 1)
                self._store.delete(key)
            return
        if (
            stored is not None
            and stored.mod_revision == revision
            and (key.resource == CONVERTED or _difference(value, stored.object) is None)
        ):
            return
        if key.resource == CONVERTED and stored is not None:
            value = stored.object
        self._put(key, value, revision)

    def _put(self, key: Key, value: Any, revision: int) -> None:
        """Another writer's version, under its own revision."""
        self._store.revision = revision - 1
        if self._store.get(key) is None:
            self._store.create(key, value)
        elif self._store.update(key, value).mod_revision != revision:
            self._store.delete(key)  # the same again: etcd may write what we would not
            self._store.revision = revision - 1
            self._store.create(key, value)


def replayed(name: str) -> Result:
    """The requests of a recording on our API server."""
    path, result, store = folder(name), Result(), Store()
    meta = json.loads((path / "meta.json").read_text())["apiserver"]
    options = Options(
        not_ready_seconds=meta["defaultNotReadyTolerationSeconds"],
        unreachable_seconds=meta["defaultUnreachableTolerationSeconds"],
    )
    choices = Recorded()
    server = ApiServer(store, choices, options, keeps_accounts=False)
    etcd = Etcd(path, store, result)
    collections: set[str] = set()
    for step in etcd.in_order(_steps(name)):
        request = step.request
        if request.verb not in WRITES or request.audit_id in collections:
            continue
        if request.verb == "deletecollection":
            collections.add(request.audit_id)
        _serve(step, server, choices, etcd, result)
    return result


def _serve(step: Step, server: ApiServer, choices: Recorded, etcd: Etcd, result: Result) -> None:
    request, store = step.request, server.store
    answer = json.loads(request.response) if request.response else {}
    resource = server.resource(request.api_group, request.api_version, request.resource)
    if resource is None or not _is_asked(step, answer, resource):
        return
    if step.rv is not None and request.verb != "deletecollection":
        etcd.bring_to(step.rv - 1)
    told = request.subresource in ("binding", "eviction") and request.succeeded
    stored = etcd.after(step) if told else {}
    write = _write(step, resource, answer, stored)
    if write is None:
        return
    choices.shown = Shown(answer) if request.succeeded else Guessed({})
    about = f"{request.verb} {request.resource}/{request.subresource} {request.namespace}/"
    about += f"{step.key.name} {request.audit_id}"
    since = store.revision
    query = {k: v[0] for k, v in parse_qs(urlsplit(request.request_uri).query).items()}
    selection = Selection(query.get("labelSelector", ""), query.get("fieldSelector", ""))
    write = _reading(write, server, step, answer)
    given = _served(write, server, selection)
    etcd.wrote(about, since)
    kind = "done" if request.succeeded else "refused"
    result.add(kind, about, _missed(step, answer, given))


def _is_asked(step: Step, answer: Any, resource: Resource) -> bool:
    """Whether the server's rules decide the answer, and the record shows all of the request."""
    request = step.request
    if request.code is None or request.code in OUTSIDE or "get" not in resource.verbs:
        return False
    if (request.resource, request.subresource) in OWN_WRITES and request.user == "system:apiserver":
        return False
    if resource.name == "secrets" or request.subresource == "token":
        return False
    said = answer.get("message") or ""
    if request.code == 403 and ("cannot" in said or not said):
        return False  # authorization
    if not request.verb.startswith("delete") and request.request is None:
        return False
    return request.response is not None or request.code == 404


def _write(step: Step, resource: Resource, answer: Any, stored: Any) -> Write | None:
    request = step.request
    time = _clock(step, answer, stored)
    if request.request is None:
        step = msgspec.structs.replace(step, request=msgspec.structs.replace(request, request="{}"))
    write = write_of(step, resource, time, accepted=False)
    if write is None:
        return None
    if request.verb.startswith("delete"):
        body = {k: v for k, v in write.body.items() if k not in ("apiVersion", "kind")}
        write = structs.replace(write, body=body)
    return structs.replace(write, dry_run=request.dry_run)


def _reading(write: Write, server: ApiServer, step: Step, answer: Any) -> Write:
    """The write: a log does not tell a strategic merge patch from a JSON merge patch."""
    if write.patch_type != "strategic":
        return write
    for one in (write, structs.replace(write, patch_type="merge")):
        tried = _served(structs.replace(one, dry_run=True), server, ALL)
        if isinstance(tried, Answer) and step.request.succeeded:
            if first_difference(_unversioned(answer), _unversioned(tried.object)) is None:
                return one
        elif _missed(step, answer, tried) is None:
            return one
    return write


def _served(write: Write, server: ApiServer, selection: Selection) -> Answer | RefusedError:
    try:
        return server.serve(write, selection)
    except RefusedError as refused:
        return refused


def _clock(step: Step, answer: Any, stored: Any) -> int:
    """The server's time of a write, µs: a second that the object shows, if it fits; else about."""
    request = step.request
    first, last = request.received // MICROSECONDS, request.ended // MICROSECONDS
    metadata = answer.get("metadata") or {}
    own = (manager(request), request.subresource)
    times = [
        entry.get("time")
        for entry in metadata.get("managedFields") or ()
        if (entry["manager"], entry.get("subresource") or "") == own
    ]
    conditions = (stored.get("status") or {}).get("conditions") or ()
    times += [c["lastTransitionTime"] for c in conditions if c["type"] in TOLD_BY_STATUS]
    if request.verb == "delete":
        times = [metadata.get("deletionTimestamp")]
    for text in times:
        try:
            second = parse_seconds(text or "")
        except TimestampError:
            continue
        grace = metadata.get("deletionGracePeriodSeconds") or 0
        for moment in (second, second - grace):
            if first <= moment <= last:
                return moment * MICROSECONDS
    return step.time


def _missed(step: Step, answer: Any, given: Answer | RefusedError) -> str | None:
    request = step.request
    if isinstance(given, RefusedError):
        want = (request.code, request.reason or answer.get("reason") or "")
        if want == (given.code, given.reason):
            return None
        return f"want {want} {answer.get('message')}, have {given.code} {given.message}"
    if not request.succeeded:
        return f"want {request.code} {answer.get('message')}, have {given.code}"
    if request.code != given.code:
        return f"want {request.code}, have {given.code}"
    if request.verb == "deletecollection":
        return _difference([i["metadata"]["name"] for i in answer["items"]],
                           [i["metadata"]["name"] for i in given.object["items"]])  # fmt: skip
    if answer.get("apiVersion") == "meta.k8s.io/v1":
        given = Answer(given.code, {**answer, "metadata": given.object["metadata"]})
    if "kind" not in answer:
        return None
    return _difference(answer, given.object)


def _difference(want: Any, have: Any) -> str | None:
    if (want is None) != (have is None):
        return f"want {'nothing' if want is None else 'an object'}, have the other"
    if isinstance(want, dict) and "metadata" in want:
        want, have = _unversioned(want), _unversioned(have)
    found = first_difference(want, have)
    return None if found is None else "{}: want {}, have {}".format(*(t[:160] for t in found))


def _unversioned(obj: Any) -> Any:
    metadata = {k: v for k, v in obj.get("metadata", {}).items() if k != "resourceVersion"}
    return {**obj, "metadata": metadata}


def _steps(name: str) -> Iterator[Step]:
    snapshot = ingested(name).snapshot()
    files = snapshot.current.table("events").files
    batches = [list(requests_of(b)) for b in read_events(snapshot.folder, files, COLUMNS)]
    return in_order(batches, Stores())


def _history(path: Path) -> Iterator[tuple[int, Key, Any]]:
    prefixes = {}
    for resource in catalog():
        if "get" in resource.verbs:
            prefixes.setdefault(etcd_prefix(resource), store_name(resource.group, resource.name))
    with pa.input_stream(str(path / "history.jsonl.zst"), compression="zstd") as stream:
        for line in stream.read().splitlines():
            row = json.loads(line)
            key = _key(row["key"].removeprefix("/registry/").split("/"), prefixes)
            if key is not None:
                yield row["rev"], key, row.get("value") if row["type"] == "PUT" else None


def _key(parts: list[str], prefixes: dict[str, str]) -> Key | None:
    two = "/".join(parts[:2])
    if two in prefixes or "." in parts[0]:
        resource, rest = prefixes.get(two, two), parts[2:]
    elif parts[0] in prefixes:
        resource, rest = prefixes[parts[0]], parts[1:]
    else:
        return None
    return Key(resource, rest[0] if len(rest) > 1 else "", rest[-1]) if rest else None
