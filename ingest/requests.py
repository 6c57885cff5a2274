"""The recorded requests as ordering and rebuilding read them, and the steps they fall into."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from engine.schema.resources import storage_key
from ingest.bodies import Object, items_of, metadata_of

COLUMNS = (
    "audit_id", "stage", "received", "answered", "verb", "api_group", "api_version", "resource",
    "subresource", "namespace", "name", "uid", "resource_version", "code", "dry_run",
    "patch_type", "user_agent", "request_uri", "request", "response", "response_kind",
    "response_api_version", "user", "reason",
)  # fmt: skip
"""The columns of EVENTS that a rebuild needs, in the order of `Request`'s fields."""

READS = frozenset({"get", "list", "watch"})
DELETES = frozenset({"delete", "deletecollection"})

STORELESS_SUBRESOURCES = frozenset({"token", "proxy", "exec", "attach", "portforward", "log"})
"""Subresources whose requests change nothing in the store."""


class ObjectKey(NamedTuple):
    """Where an object lives: one store, whatever API version a client speaks."""

    group: str
    resource: str
    namespace: str
    name: str

    def named(self, name: str) -> ObjectKey:
        """Where the object of another name lives beside this one; the collection if that is ""."""
        return ObjectKey(self.group, self.resource, self.namespace, name)


class Doubt(NamedTuple):
    """Why a request has other times than were recorded: see ingest.clocks.

    `received` is the time in the record, `which` of the two times is not believed: received,
    answered or both; `by_order` says that the revisions alone contradict it.
    """

    received: int
    which: str
    by_order: bool


class Request(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One recorded request. Times are microseconds since the epoch, UTC."""

    audit_id: str
    stage: str
    received: int
    answered: int | None
    verb: str
    api_group: str
    api_version: str
    resource: str
    subresource: str
    namespace: str | None
    name: str | None
    uid: str | None
    resource_version: int | None
    code: int | None
    dry_run: bool
    patch_type: str | None
    user_agent: str
    request_uri: str
    request: str | None
    response: str | None
    response_kind: str | None
    response_api_version: str | None
    user: str
    reason: str | None
    doubt: Doubt | None = None

    @property
    def recorded(self) -> int:
        """When the request was received as the record has it."""
        return self.received if self.doubt is None else self.doubt.received

    @property
    def key(self) -> ObjectKey:
        """The object that the URL names."""
        return object_key(self.api_group, self.resource, self.namespace, self.name)

    @property
    def ended(self) -> int:
        """When the request was over; when it came, where no answer was recorded."""
        return self.received if self.answered is None else self.answered

    @property
    def succeeded(self) -> bool:
        """Whether the API server said that it had done what was asked."""
        return self.code is not None and 200 <= self.code < 300

    @property
    def interrupted(self) -> bool:
        """Whether nobody was told if it was done: no answer, or the server's own failure (504)."""
        return self.code is None or self.code >= 500

    @property
    def stores(self) -> bool:
        """Whether the request, if it succeeds, may change the store."""
        return (
            self.verb not in READS
            and bool(self.resource)  # other URLs, such as /livez, are about no object
            and not self.dry_run
            and self.subresource not in STORELESS_SUBRESOURCES
        )

    @property
    def lists(self) -> bool:
        """Whether the answer is a list of objects, as deletecollection gives."""
        return bool(self.response_kind) and str(self.response_kind).endswith("List")


class Step(msgspec.Struct, eq=False):
    """One object's part in a request: what ordering places and rebuilding applies.

    `item` is the object as a deletecollection listed it, `number` its place in the list, from 0.
    `rv` is the revision that the step is known to have made, None where the record hides it;
    `lower` and `upper` bound a hidden one (exclusive). Times are microseconds since the epoch:
    `over` is when the step was over for certain, `ended` when it was by estimate, `time` when it
    came into force. `store` is whose revisions these are (see ingest.stores). It `writes` if it may
    have changed the store: its request is of that kind, and succeeded.
    `under_way` are the writes of its object that were served when it arrived, of a binding those of
    other new pods, too (ingest.under_way); `done` says that it was applied before its place, since
    others had seen it (ingest.fold.early).
    `model` and `miss` are as in the PLACEMENTS table; `placed` says that it has a row there.
    """

    request: Request
    key: ObjectKey
    item: Object | None = None
    number: int = 0
    rv: int | None = None
    lower: int = 0
    upper: int | None = None
    time: int = 0
    ended: int = 0
    over: int = 0
    store: int = 0
    writes: bool = False
    under_way: tuple[Step, ...] = ()
    done: bool = False
    model: str | None = None
    miss: str | None = None
    placed: bool = False

    def __post_init__(self) -> None:
        request = self.request
        self.over = ended = request.ended
        self.ended = self.ended or ended
        self.writes = request.succeeded and request.stores

    def at_most(self, rv: int | None) -> None:
        """Learn that a hidden revision lies below `rv`."""
        if rv is not None and (self.upper is None or rv < self.upper):
            self.upper = rv


@lru_cache(maxsize=8_192)
def object_key(group: str, resource: str, namespace: str | None, name: str | None) -> ObjectKey:
    """The key under which the store holds an object: groups may share a store, as Events do.

    What is written often has one key, the same object, which is found in tables at first sight.
    """
    if resource == "namespaces":
        namespace = None  # the URL of a Namespace names it twice
    return ObjectKey(*storage_key(group, resource), namespace or "", name or "")


def requests_of(batch: pa.RecordBatch) -> Iterator[Request]:
    """The rows of a batch of EVENTS, times as integers."""
    yield from map(Request, *(_values(name, batch.column(name)) for name in COLUMNS))


_UNLIKE = frozenset({"audit_id", "name", "uid", "request_uri", "request", "response"})
"""Texts that hardly repeat."""


def _values(name: str, column: pa.Array) -> list[Any]:
    """The values of a column; texts that repeat are one object each, in all batches."""
    if pa.types.is_timestamp(column.type):
        return list(column.cast(pa.int64()).to_pylist())
    if not pa.types.is_string(column.type) or name in _UNLIKE:
        return list(column.to_pylist())
    coded = column.dictionary_encode()
    texts = np.array([*map(sys.intern, coded.dictionary.to_pylist()), None], object)
    return list(texts[coded.indices.fill_null(len(texts) - 1).to_numpy()].tolist())


def steps_of(request: Request) -> list[Step]:
    """The steps of a request: one, or one per object that a deletecollection listed."""
    if not (request.verb == "deletecollection" and request.lists):
        return [Step(request, request.key)]
    steps = []
    items = items_of(request.response)
    for number, item in enumerate(items):
        metadata = metadata_of(item)
        namespace, name = metadata.get("namespace"), metadata.get("name")
        if not isinstance(name, str) or not isinstance(namespace, str | None):
            continue
        key = object_key(request.api_group, request.resource, namespace, name)
        # Objects are deleted one after the other, in the order of the list (store.go,
        # DeleteCollection with its default of one worker, v1.36).
        share = (request.ended - request.received) * (number + 1) // len(items)
        steps.append(Step(request, key, item, number, ended=request.received + share))
    return steps or [Step(request, request.key)]
