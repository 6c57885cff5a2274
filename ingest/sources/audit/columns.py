"""From joined events to a batch of the log's table, without their secrets.

Whole columns are built at once; what only few events need (secrets, queries, patches) is looked at
event by event.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ingest.anomalies import Collector
from ingest.log.schema import EVENTS, TEXTS
from ingest.redact import Redactor
from ingest.sources.audit.arrays import shared, texts
from ingest.sources.audit.bodies import bodies
from ingest.sources.audit.envelope import Event, Head, ObjectReference, User, head, part
from ingest.sources.audit.people import People
from ingest.sources.audit.records import Chunk
from ingest.sources.audit.requests import hide_tokens, is_dry_run, name_in_body, patch_type, query
from ingest.sources.audit.stages import group_version
from ingest.sources.audit.times import times

_NO_REFERENCE = ObjectReference()
_INT64_DIGITS = 18
_NOBODY = User()
_NO_TEXTS: list[str] = []
_decode_texts = msgspec.json.Decoder(list[str]).decode
_decode_user = msgspec.json.Decoder(User).decode


class Columns:
    """Builds the batches of one source."""

    def __init__(
        self, label: str, redactor: Redactor, people: People, anomalies: Collector
    ) -> None:
        self._label = label
        self._redactor = redactor
        self._people = people
        self._anomalies = anomalies

    def batch(self, chunk: Chunk) -> pa.RecordBatch:
        """One row per event, with the schema of EVENTS; events without a time are left out."""
        events = chunk.events
        heads = [head(event.response) for event in events]
        columns = {
            **self._who(chunk),
            **self._when(chunk),
            **_what(events, heads),
            **self._how(events),
            **bodies(chunk, self._label, self._redactor, self._anomalies),
            "response_kind": texts([h.kind for h in heads]),
            "response_api_version": texts([h.api_version for h in heads]),
            "file": pa.repeat(pa.scalar(self._label), len(events)),
            "line": pa.array(chunk.lines, pa.int64()),
        }
        batch = self._assemble(columns)
        return batch if columns["received"].null_count == 0 else self._with_times(batch, chunk)

    def _assemble(self, columns: dict[str, pa.Array]) -> pa.RecordBatch:
        arrays = [columns[field.name] for field in EVENTS.arrow]
        return pa.RecordBatch.from_arrays(arrays, schema=EVENTS.arrow)

    def _with_times(self, batch: pa.RecordBatch, chunk: Chunk) -> pa.RecordBatch:
        known = batch.column("received").is_valid()
        for index in pc.indices_nonzero(pc.invert(known)).to_pylist():
            self._anomalies.add("missing_time", self._label, line=chunk.lines[index])
        return batch.filter(known)

    def _who(self, chunk: Chunk) -> dict[str, pa.Array]:
        events = chunk.events
        people = [self._people.person(event) for event in events]
        for person, line in zip(people, chunk.lines, strict=True):
            if not person.user:
                self._anomalies.add("missing_user", self._label, line=line)
        impersonated = shared(
            (bytes(event.impersonated_user) for event in events),
            lambda raw: part(_decode_user, raw, _NOBODY).username,
            pa.string(),
        )
        return {
            "user": shared(people, lambda person: person.user, pa.string()),
            "groups": shared(people, lambda person: person.groups, TEXTS),
            "user_agent": shared(people, lambda person: person.user_agent, pa.string()),
            "component": shared(people, lambda person: person.actor.component, pa.string()),
            "node": shared(people, lambda person: person.actor.node, pa.string()),
            "impersonated_user": impersonated,
            "source_ips": shared(
                (bytes(event.source_ips) for event in events),
                lambda raw: part(_decode_texts, raw, _NO_TEXTS),
                TEXTS,
            ),
        }

    def _when(self, chunk: Chunk) -> dict[str, pa.Array]:
        received = self._times(chunk, [_received(event) for event in chunk.events])
        if received.null_count:
            # Better a little late than not at all: when the answer was ready.
            stage_times = self._times(chunk, [event.stage_time for event in chunk.events])
            received = pc.coalesce(received, stage_times)
        answered = self._times(
            chunk,
            [
                event.stage_time if event.stage != "RequestReceived" else None
                for event in chunk.events
            ],
        )
        for index in pc.indices_nonzero(pc.less(answered, received)).to_pylist():
            self._anomalies.add("answered_before_received", self._label, line=chunk.lines[index])
        return {"received": received, "answered": answered}

    def _times(self, chunk: Chunk, texts: list[str | None]) -> pa.Array:
        column, bad = times(texts)
        for index in bad:
            self._anomalies.add(
                "bad_time", self._label, line=chunk.lines[index], example=str(texts[index])
            )
        return column

    def _how(self, events: Sequence[Event]) -> dict[str, pa.Array]:
        """URI, dry run and patch type."""
        uris = [event.request_uri or "" for event in events]
        dry_runs = [False] * len(events)
        patch_types: list[str | None] = [None] * len(events)
        for index, event in enumerate(events):
            uri, verb = uris[index], event.verb
            parameters = query(uri) if "?" in uri else {}
            if parameters:
                uris[index] = self._redactor.text(hide_tokens(uri, self._redactor.hash))
            if parameters or verb in ("delete", "deletecollection", "create"):
                dry_runs[index] = is_dry_run(event, parameters)
            if verb == "patch":
                patch_types[index] = patch_type(event, group_version(event)[0], parameters)
        return {
            "request_uri": pa.array(uris, pa.string()),
            "dry_run": pa.array(dry_runs, pa.bool_()),
            "patch_type": pa.array(patch_types, pa.string()),
        }


def _received(event: Event) -> str | None:
    """When the request came; v1beta1 first had only seconds, under other names."""
    if event.received:
        return event.received
    created = event.metadata.created if event.metadata is not None else None
    return event.timestamp or created


def _what(events: Sequence[Event], heads: Sequence[Head]) -> dict[str, pa.Array]:
    """What was done to which object."""
    refs = [event.object_ref or _NO_REFERENCE for event in events]
    groups = [group_version(event) for event in events]
    return {
        "audit_id": texts([event.audit_id for event in events]),
        "stage": texts([event.stage for event in events]),
        "level": texts([event.level or _level(event) for event in events]),
        "verb": texts([event.verb for event in events]),
        "api_group": texts([group for group, _ in groups]),
        "api_version": texts([version for _, version in groups]),
        "resource": texts([ref.resource or "" for ref in refs]),
        "subresource": texts([ref.subresource or "" for ref in refs]),
        "namespace": texts(list(map(_namespace, refs, heads))),
        "name": texts(
            [
                ref.name or _name(event, top)
                for event, ref, top in zip(events, refs, heads, strict=True)
            ]
        ),
        "uid": texts([ref.uid or _uid(top) for ref, top in zip(refs, heads, strict=True)]),
        "resource_version": pa.array([_resource_version(top) for top in heads], pa.int64()),
    }


def _level(event: Event) -> str:
    if event.response:
        return "RequestResponse"
    return "Request" if event.request else "Metadata"


def _namespace(ref: ObjectReference, top: Head) -> str | None:
    if ref.resource == "namespaces":
        # The URL of a Namespace names it twice.
        return None
    if ref.namespace or top.metadata is None:
        return ref.namespace or None
    return top.metadata.namespace or None


def _name(event: Event, top: Head) -> str | None:
    """The name where the URL has none: from the answer, else from what was sent."""
    if top.metadata is not None and top.metadata.name:
        return top.metadata.name
    if top.details is not None and top.details.name:
        return top.details.name
    return name_in_body(event.request) if event.verb == "create" else None


def _uid(top: Head) -> str | None:
    if top.metadata is not None and top.metadata.uid:
        return top.metadata.uid
    return top.details.uid or None if top.details is not None else None


def _resource_version(top: Head) -> int | None:
    """Only etcd's are numbers: those of aggregated servers may be anything, and 0 is none."""
    text = top.metadata.resource_version if top.metadata is not None else None
    if not text or not text.isdecimal() or not text.isascii() or len(text) > _INT64_DIGITS:
        return None
    return int(text) or None
