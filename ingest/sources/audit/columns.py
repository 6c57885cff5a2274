"""From joined events to a batch of the log's table, without their secrets.

Whole columns are built at once; what only few events need (secrets, queries, patches) is looked at
event by event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.anomalies import Collector
from ingest.log.schema import EVENTS, TEXTS
from ingest.redact import Redactor
from ingest.sources.audit.arrays import numbered, shared, texts
from ingest.sources.audit.bodies import Bodies
from ingest.sources.audit.envelope import Event, ObjectReference, User, fields_of, part
from ingest.sources.audit.heads import Heads, heads
from ingest.sources.audit.people import People
from ingest.sources.audit.records import Chunk
from ingest.sources.audit.requests import hide_tokens, is_dry_run, name_in_body, patch_type, query
from ingest.sources.audit.stages import group_version
from ingest.sources.audit.times import times

_NO_REFERENCE = ObjectReference()
_NOBODY = User()
_TEXT = pa.string()
_NO_TEXTS: list[str] = []
_DELETES = frozenset(("delete", "deletecollection"))
_decode_texts = msgspec.json.Decoder(list[str]).decode
_decode_user = msgspec.json.Decoder(User).decode

_Fields = Mapping[str, tuple[Any, ...]]


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
        events = fields_of(chunk.events)
        references = [ref or _NO_REFERENCE for ref in events["object_ref"]]
        objects = fields_of(references)
        bodies = Bodies(chunk, events, objects, self._label, self._redactor, self._anomalies)
        tops = heads(bodies.responses)
        columns = {
            **self._who(chunk, events),
            **self._when(chunk, events),
            **_object(chunk.events, objects, references, tops),
            **self._how(chunk.events, events, objects, references),
            **bodies.columns(),
            "audit_id": texts(events["audit_id"]),
            "stage": texts(events["stage"]),
            "level": texts(_levels(chunk.events, events)),
            "verb": texts(events["verb"]),
            "response_kind": tops.kind,
            "response_api_version": tops.api_version,
            "resource_version": tops.resource_version,
            "file": pa.repeat(pa.scalar(self._label), len(chunk.events)),
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

    def _who(self, chunk: Chunk, events: _Fields) -> dict[str, pa.Array]:
        numbers, keys = numbered(zip(map(bytes, events["user"]), events["user_agent"], strict=True))
        people = [self._people.person(user, agent) for user, agent in keys]
        if not all(person.user for person in people):
            for number, line in zip(numbers.to_pylist(), chunk.lines, strict=True):
                if not people[number].user:
                    self._anomalies.add("missing_user", self._label, line=line)

        def column(values: list[Any], type_: pa.DataType) -> pa.Array:
            return pa.array(values, type_).take(numbers)

        clean = self._redactor.text
        return {
            "user": column([clean(person.user) for person in people], pa.string()),
            "groups": column([list(map(clean, person.groups)) for person in people], TEXTS),
            "user_agent": column([clean(person.user_agent) for person in people], pa.string()),
            "component": column([person.actor.component for person in people], pa.string()),
            "node": column([person.actor.node for person in people], pa.string()),
            **self._impersonated(list(map(bytes, events["impersonated_user"]))),
            "source_ips": shared(
                map(bytes, events["source_ips"]),
                lambda raw: part(_decode_texts, raw, _NO_TEXTS),
                TEXTS,
            ),
        }

    def _impersonated(self, raws: Sequence[bytes]) -> dict[str, pa.Array]:
        """Whom the users acted as."""
        clean = self._redactor.text

        def column(value: Callable[[User], Any], type_: pa.DataType) -> pa.Array:
            return shared(raws, lambda raw: value(part(_decode_user, raw, _NOBODY)), type_)

        return {
            "impersonated_user": column(lambda user: clean(user.username or "") or None, _TEXT),
            "impersonated_groups": column(
                lambda user: None if user.groups is None else list(map(clean, user.groups)), TEXTS
            ),
            "impersonated_uid": column(lambda user: clean(user.uid or "") or None, _TEXT),
        }

    def _when(self, chunk: Chunk, events: _Fields) -> dict[str, pa.Array]:
        arrivals: Sequence[str | None] = events["received"]
        if not all(arrivals):
            arrivals = [event.arrival for event in chunk.events]
        received = self._times(chunk, arrivals)
        if received.null_count:
            # Better a little late than not at all: when the answer was ready.
            stage_times = self._times(chunk, events["stage_time"])
            received = pc.coalesce(received, stage_times)
        answers: Sequence[str | None] = events["stage_time"]
        if "RequestReceived" in events["stage"]:
            answers = [
                None if stage == "RequestReceived" else time
                for stage, time in zip(events["stage"], answers, strict=True)
            ]
        answered = self._times(chunk, answers)
        for index in pc.indices_nonzero(pc.less(answered, received)).to_pylist():
            self._anomalies.add("answered_before_received", self._label, line=chunk.lines[index])
        return {"received": received, "answered": answered}

    def _times(self, chunk: Chunk, texts: Sequence[str | None]) -> pa.Array:
        column, bad = times(texts)
        for index in bad:
            self._anomalies.add(
                "bad_time", self._label, line=chunk.lines[index], example=str(texts[index])
            )
        return column

    def _how(
        self,
        events: Sequence[Event],
        fields: _Fields,
        objects: _Fields,
        references: Sequence[ObjectReference],
    ) -> dict[str, pa.Array]:
        """URI, dry run and patch type."""
        uris = [uri or "" for uri in fields["request_uri"]]
        dry_runs = np.zeros(len(uris), np.bool_)
        patch_types: list[str | None] = [None] * len(uris)
        asked = zip(uris, fields["verb"], objects["subresource"], strict=True)
        for index, (uri, verb, subresource) in enumerate(asked):
            has_query = "?" in uri
            parameters = query(uri) if has_query else {}
            if has_query:
                uris[index] = self._redactor.text(hide_tokens(uri, self._redactor.hash))
            if has_query or verb in _DELETES or subresource == "eviction":
                dry_runs[index] = is_dry_run(events[index], parameters)
            if verb == "patch":
                group, _ = group_version(references[index])
                patch_types[index] = patch_type(events[index], group, parameters)
        return {
            "request_uri": texts(uris),
            "dry_run": pa.array(dry_runs),
            "patch_type": texts(patch_types),
        }


def _object(
    events: Sequence[Event], objects: _Fields, references: Sequence[ObjectReference], tops: Heads
) -> dict[str, pa.Array]:
    """What was done to which object: as the URL said, else as the answer does."""
    groups = [group_version(ref) for ref in references]
    namespaces = pc.coalesce(_present(objects["namespace"]), tops.namespace)
    if "namespaces" in objects["resource"]:
        # The URL of a Namespace names it twice.
        is_namespace = pa.array([resource == "namespaces" for resource in objects["resource"]])
        namespaces = pc.if_else(is_namespace, None, namespaces)
    return {
        "api_group": texts([group for group, _ in groups]),
        "api_version": texts([version for _, version in groups]),
        "resource": texts([resource or "" for resource in objects["resource"]]),
        "subresource": texts([subresource or "" for subresource in objects["subresource"]]),
        "namespace": namespaces,
        "name": _names(events, objects, tops),
        "uid": pc.coalesce(_present(objects["uid"]), tops.uid),
    }


def _names(events: Sequence[Event], objects: _Fields, tops: Heads) -> pa.Array:
    """The name where the URL has none: from the answer, else from what was sent."""
    names = pc.coalesce(_present(objects["name"]), tops.name)
    if names.null_count == 0:
        return names
    sent = {
        index: name
        for index in pc.indices_nonzero(names.is_null()).to_pylist()
        if events[index].verb == "create" and (name := name_in_body(events[index].request))
    }
    return pc.coalesce(names, pa.array([sent.get(i) for i in range(len(names))], pa.string()))


def _present(values: Sequence[str | None]) -> pa.Array:
    """A column of strings, null where there is none or an empty one."""
    return texts([value or None for value in values])


def _levels(events: Sequence[Event], fields: _Fields) -> Sequence[str]:
    levels: tuple[str, ...] = fields["level"]
    return levels if all(levels) else [event.level or _level(event) for event in events]


def _level(event: Event) -> str:
    if event.response:
        return "RequestResponse"
    return "Request" if event.request else "Metadata"
