"""Every named loss or oddity of the sources: what it is called, how bad it is, what it means.

A reader never stops at a bad line: it notes an anomaly and goes on, so that good lines are never
lost. The notes become a table that SQL can read, and `info` shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from ingest.log.schema import ANOMALIES

Severity = Literal["info", "notice", "data_loss", "error"]

_EXAMPLE_LENGTH = 120
_LOOKED_AT = 400
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_KEY = re.compile(r'"(\w+)"\s*:')
_WELL_KNOWN_KEYS = frozenset(
    (
        *("kind", "apiVersion", "metadata", "spec", "status", "data", "items", "type", "object"),
        *("level", "auditID", "stage", "requestURI", "verb", "user", "objectRef"),
        *("requestObject", "responseObject", "requestReceivedTimestamp", "stageTimestamp"),
    )
)
_MAY_BE_A_FRAGMENT = re.compile(r'["\\=]|\S{24}')


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One kind of loss or oddity; `prose` says what it means and what to do."""

    name: str
    severity: Severity
    prose: str


CATALOGUE: tuple[Anomaly, ...] = (
    Anomaly(
        "model_missed",
        "info",
        "A write of which the modelled API server would have made something else: a webhook "
        "changed it, an option of the server is not the default, or the model is wrong. The "
        "history shows what was recorded.",
    ),
    Anomaly(
        "truncated_last_line",
        "data_loss",
        "The source ends in the middle of a record: it was cut, or is still being written. "
        "Ingest it again when it is complete; what is already there is not taken twice.",
    ),
    Anomaly(
        "not_json",
        "data_loss",
        "A line that is no JSON, such as a torn write or another program's log line. "
        "Whole records inside the line were still read.",
    ),
    Anomaly(
        "not_an_audit_event", "notice", "Valid JSON that is not an audit event; it was left out."
    ),
    Anomaly(
        "several_on_a_line",
        "info",
        "Several records on one line, without a line break between them. All were read.",
    ),
    Anomaly(
        "line_too_long",
        "data_loss",
        "A record longer than the limit was skipped without being read. Raise the limit if it "
        "is a genuine one.",
    ),
    Anomaly(
        "nested_too_deeply",
        "data_loss",
        "A record whose JSON is nested deeper than any Kubernetes object; it was left out.",
    ),
    Anomaly(
        "nul_bytes",
        "notice",
        "NUL bytes, as a file system leaves them after a crash. They were skipped; what they "
        "replaced is lost.",
    ),
    Anomaly(
        "invalid_utf8",
        "notice",
        "Bytes that are no UTF-8 were replaced by U+FFFD; the rest of the record was kept.",
    ),
    Anomaly(
        "trace_among_sources",
        "info",
        "A folder of the source is a trace of kuberewind itself; it was left out.",
    ),
    Anomaly("empty_source", "notice", "The source has no content."),
    Anomaly(
        "not_an_audit_log",
        "notice",
        "A file of a folder or archive in which no audit event was found; it was left out.",
    ),
    Anomaly(
        "archive_cut",
        "data_loss",
        "The archive ends in the middle or is damaged; the files before that were read.",
    ),
    Anomaly(
        "missing_audit_id",
        "notice",
        "An event without auditID. A name was made from the record's own bytes, so that the "
        "same record is still recognised when it is ingested again.",
    ),
    Anomaly(
        "missing_stage",
        "notice",
        "An event without a stage, or with one that is not known; it was taken as complete if "
        "it has an answer, else as unanswered.",
    ),
    Anomaly(
        "missing_verb",
        "data_loss",
        "An event without a verb says nothing about what was done; it was left out.",
    ),
    Anomaly(
        "missing_time",
        "data_loss",
        "An event without a readable time cannot be placed; it was left out.",
    ),
    Anomaly(
        "missing_object_ref",
        "notice",
        "An event without objectRef; what it is about was taken from its URL, or from its bodies.",
    ),
    Anomaly(
        "unknown_object",
        "data_loss",
        "A write of which neither objectRef, URL nor bodies say what it was about. It is in the "
        "log and made no version.",
    ),
    Anomaly("missing_user", "notice", "An event without a user; its component is unknown."),
    Anomaly(
        "wrong_type",
        "notice",
        "A field of an event has another JSON type than audit.k8s.io says; the field was "
        "ignored, the rest of the event kept.",
    ),
    Anomaly("bad_time", "notice", "A time that cannot be read; it was taken as missing."),
    Anomaly(
        "answered_before_received",
        "notice",
        "An event whose answer is earlier than its request: the server's clock was set back "
        "in between, or the record was altered. Both times are kept as written.",
    ),
    Anomaly(
        "time_contradicts_order",
        "notice",
        "An event with a time that cannot be right: the revisions, its own other time or all the "
        "rest of the log contradict it. It is kept as written and not used (`events.doubted`): the "
        "event stands where its revision belongs, and tells nothing about the times of others.",
    ),
    Anomaly(
        "revisions_contradict_times",
        "notice",
        "Many writes with a lower revision came long after ones with a higher one: etcd was "
        "restored or made anew, resources have an etcd of their own (see --separate-store), or "
        "the clocks of API servers differ by minutes. Order and times are what they can be.",
    ),
    Anomaly(
        "body_not_redactable",
        "notice",
        "A body that may hold a secret could not be taken apart safely (nested too deeply, a "
        "repeated key); the whole body was replaced by its keyed hash.",
    ),
    Anomaly(
        "too_many_open_requests",
        "notice",
        "More requests were waiting for their answer than are held in memory; the oldest ones "
        "were written as unanswered. An answer that comes later still supersedes them.",
    ),
    Anomaly(
        "compressed_stream_cut",
        "data_loss",
        "The compressed file ends in the middle; all that could be unpacked was read. Copy it "
        "again from where it came. The line is the last whole one.",
    ),
    Anomaly(
        "compressed_stream_damaged",
        "data_loss",
        "The compressed file is damaged; what comes before the damage was read. The line is the "
        "last whole one.",
    ),
    Anomaly(
        "compression_bomb",
        "data_loss",
        "The file unpacks to far more than any log does and is left here, as a guard against "
        "compression bombs. What came before was read; unpack it yourself if it is genuine.",
    ),
    Anomaly(
        "compressed_trailing_garbage",
        "notice",
        "Bytes behind the end of the compressed data were left out.",
    ),
)

BY_NAME = {anomaly.name: anomaly for anomaly in CATALOGUE}


@dataclass(slots=True)
class _Tally:
    count: int
    line: int | None
    offset: int | None
    example: str


class Collector:
    """Counts anomalies per name and source, and keeps where and how each first occurred."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str], _Tally] = {}

    def add(
        self,
        name: str,
        source: str,
        *,
        line: int | None = None,
        offset: int | None = None,
        example: str = "",
        count: int = 1,
    ) -> None:
        """Count one occurrence (or `count` at once) of the anomaly `name` in `source`.

        `line` counts from 1, `offset` from 0 in the unpacked bytes. The example is stored as it
        is given, made printable and cut short: pass foreign bytes through `outline` first.
        """
        tally = self._tallies.get((source, name))
        if tally is not None:
            tally.count += count
            return
        assert name in BY_NAME, f"an anomaly that the catalogue does not have: {name}"
        self._tallies[source, name] = _Tally(count, line, offset, printable(example))

    def count(self, name: str, source: str | None = None) -> int:
        """How often `name` occurred, in one source or in all."""
        return sum(
            tally.count
            for (where, what), tally in self._tallies.items()
            if what == name and source in (None, where)
        )

    def of(self, source: str) -> dict[str, int]:
        """The counts of one source by name."""
        return {
            name: tally.count for (where, name), tally in self._tallies.items() if where == source
        }

    def example(self, name: str, source: str) -> str:
        """What the first `name` in a source looked like."""
        return self._tallies[source, name].example

    def forget(self, name: str, source: str) -> None:
        """Take back all that was noted of `name` in a source."""
        del self._tallies[source, name]

    def __len__(self) -> int:
        return len(self._tallies)

    def rows(self) -> list[dict[str, object]]:
        """The notes as rows of the table ANOMALIES, in its order."""
        return [
            {
                "name": name,
                "severity": BY_NAME[name].severity,
                "source": source,
                "count": tally.count,
                "first_line": tally.line,
                "first_offset": tally.offset,
                "example": tally.example,
            }
            for (source, name), tally in sorted(self._tallies.items())
        ]

    def batch(self) -> pa.RecordBatch:
        """The same as one Arrow batch with the schema of ANOMALIES."""
        return pa.RecordBatch.from_pylist(self.rows(), schema=ANOMALIES.arrow)

    def absorb(self, others: Iterable[Collector]) -> None:
        """Add the notes of other collectors, in the order given."""
        for other in others:
            for (source, name), tally in other._tallies.items():
                self.add(
                    name,
                    source,
                    line=tally.line,
                    offset=tally.offset,
                    example=tally.example,
                    count=tally.count,
                )


def printable(text: str) -> str:
    """`text` on one line of at most 120 characters, with control characters shown as escapes."""
    cut = text[: _EXAMPLE_LENGTH + 1]
    cut = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), cut)
    return cut if len(cut) <= _EXAMPLE_LENGTH else cut[: _EXAMPLE_LENGTH - 1] + "…"


def outline(record: bytes) -> str:
    """What a foreign record looks like, without the values in it, which may be secret.

    JSON is told by the well-known keys in it; what may be the middle of a broken record is only
    measured; anything else keeps its short words.
    """
    text = record[:_LOOKED_AT].decode("utf-8", "replace").strip()
    if text.startswith(("{", "[")):
        keys = dict.fromkeys(key for key in _KEY.findall(text) if key in _WELL_KNOWN_KEYS)
        return f"{len(record)} bytes of JSON, with {', '.join(keys) or 'unknown keys'}"
    if _MAY_BE_A_FRAGMENT.search(text):
        return f"{len(record)} bytes, not shown: they may hold a secret"
    return printable(text)
