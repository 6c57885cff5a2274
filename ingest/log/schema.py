"""Every table of a trace, declared once: its columns, their types and what they mean.

The Parquet files, the SQL views and docs/schema.md all derive from these declarations, so a column
is added here and nowhere else. Times are microseconds since the epoch, UTC. Bodies are JSON text,
byte for byte as the record spelled them (secrets apart, see `ingest.redact`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
TEXTS = pa.list_(pa.string())
TEXT_MAP = pa.map_(pa.string(), pa.string())


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type and meaning."""

    name: str
    type: pa.DataType
    doc: str
    nullable: bool = True


@dataclass(frozen=True)
class Table:
    """One table of a trace.

    `order` is how rows are sorted inside a Parquet file; `statistics` are the columns whose
    minimum and maximum go into the commit, so that whole files can be skipped.
    """

    name: str
    doc: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    statistics: tuple[str, ...]

    @cached_property
    def arrow(self) -> pa.Schema:
        """The Arrow schema of the table's files."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])


def _required(name: str, type_: pa.DataType, doc: str) -> Column:
    return Column(name, type_, doc, nullable=False)


EVENTS = Table(
    "events",
    "The log: every API write request as it was recorded, failed ones too. Append-only.",
    (
        _required("audit_id", pa.string(), "the API server's id of the request"),
        _required(
            "stage",
            pa.string(),
            "the last stage that was recorded: ResponseComplete, "
            "Panic, or RequestReceived where no answer was recorded",
        ),
        _required("level", pa.string(), "how much was logged: Metadata, Request, RequestResponse"),
        _required("received", TIME, "when the API server received the request"),
        Column("answered", TIME, "when it had answered; null where no answer was recorded"),
        _required("verb", pa.string(), "create, update, patch, delete, deletecollection, …"),
        _required("api_group", pa.string(), "API group of the resource; empty for core"),
        _required("api_version", pa.string(), "API version that the client spoke"),
        _required("resource", pa.string(), "plural resource name, such as pods"),
        _required("subresource", pa.string(), "such as status, binding, scale; empty for none"),
        Column("namespace", pa.string(), "namespace of the object; null if it has none"),
        Column("name", pa.string(), "name in the URL, or the one that the server made"),
        Column("uid", pa.string(), "uid of the object, from the answer or the URL's reference"),
        Column("resource_version", pa.int64(), "the answer's metadata.resourceVersion"),
        Column("code", pa.int32(), "HTTP status code of the answer"),
        Column("reason", pa.string(), "Kubernetes' reason of a refusal, such as Conflict"),
        Column("message", pa.string(), "Kubernetes' message of a refusal"),
        _required("dry_run", pa.bool_(), "the request asked that nothing be stored"),
        Column("patch_type", pa.string(), "json, merge, strategic or apply where the record tells"),
        _required("user", pa.string(), "the authenticated user name"),
        _required("groups", TEXTS, "groups of the user"),
        Column("impersonated_user", pa.string(), "whom the user acted as"),
        Column("impersonated_groups", TEXTS, "the groups that the user acted with; null if none"),
        Column("impersonated_uid", pa.string(), "the uid that the user acted with"),
        _required("user_agent", pa.string(), "the client program, as it called itself"),
        _required("source_ips", TEXTS, "addresses from which the request came, first hop first"),
        _required(
            "component",
            pa.string(),
            "what the actor is: kubelet, kube-scheduler, deployment-controller, kubectl, user, …",
        ),
        Column("node", pa.string(), "the kubelet's node"),
        _required("request_uri", pa.string(), "path and query of the request, tokens hidden"),
        _required("annotations", TEXT_MAP, "the audit annotations"),
        Column("request", pa.string(), "request body as JSON"),
        Column("response", pa.string(), "answer body as JSON"),
        Column("response_kind", pa.string(), "kind of the answer: Pod, Status, Scale, PodList, …"),
        Column("response_api_version", pa.string(), "apiVersion of the answer"),
        _required("file", pa.string(), "name of the source file; - for standard input"),
        _required("line", pa.int64(), "line in it, from 1"),
    ),
    order=("api_group", "resource", "namespace", "name", "received", "audit_id"),
    statistics=("received", "answered", "stage"),
)
"""Rows are one per request: the stages of a request are joined."""

ANOMALIES = Table(
    "anomalies",
    "Every named loss or oddity: how often, and where first.",
    (
        _required("name", pa.string(), "which anomaly; see ingest/anomalies.py"),
        _required("severity", pa.string(), "info, notice, data_loss or error"),
        _required("source", pa.string(), "the source file, or the table in which it was found"),
        _required("count", pa.int64(), "how many times"),
        Column("first_line", pa.int64(), "the first line (from 1) where it occurred"),
        Column("first_offset", pa.int64(), "the first byte (from 0, unpacked) where it occurred"),
        _required("example", pa.string(), "what the first occurrence looked like, cut short"),
    ),
    order=("source", "name"),
    statistics=(),
)

SOURCES = Table(
    "sources",
    "What was ingested: one row for each content, whatever the files were called.",
    (
        _required("digest", pa.string(), "SHA-256 of the source's bytes, in hex"),
        _required("source", pa.string(), "name of the file; - for standard input"),
        _required("format", pa.string(), "what it was taken for, such as audit-log"),
        _required("bytes", pa.int64(), "its size, packed if it was packed"),
        _required("events", pa.int64(), "requests in it that were kept, known ones too"),
    ),
    order=("source", "digest"),
    statistics=(),
)

READS = Table(
    "reads",
    "Reads that were counted and not kept, a row for each. One that stands in several sources is "
    "there once.",
    (
        _required("component", pa.string(), "who read"),
        _required("verb", pa.string(), "get, list, watch"),
        _required("api_group", pa.string(), "API group; empty for core"),
        _required("resource", pa.string(), "plural resource name; empty for other URLs"),
        _required("succeeded", pa.bool_(), "whether it was answered with what was asked for"),
        _required("received", TIME, "when it was received"),
        _required("mark", pa.int32(), "tells reads apart that were received at the same time"),
    ),
    order=("component", "verb", "api_group", "resource", "succeeded", "received", "mark"),
    statistics=("received",),
)

HISTORY = Table(
    "history",
    "Every version of every object, in the order in which they came into force.",
    (
        _required("position", pa.int64(), "place in the total order of writes, from 1"),
        Column("rv", pa.int64(), "resourceVersion of this version; null where it is not revealed"),
        _required("store", pa.int32(), "whose revisions these are: 0, or of an etcd of its own"),
        _required("type", pa.string(), "PUT, or DELETE when the object is gone from here on"),
        _required(
            "change",
            pa.string(),
            "created, updated, deleted, "
            "expired (etcd dropped it, no request did), or seen: first seen, older",
        ),
        _required(
            "known",
            pa.string(),
            "observed: seen whole in the record; derived: computed "
            "from the previous version and the request; partial: body not seen",
        ),
        Column(
            "unknown",
            pa.string(),
            "of a derived body, the fields that the server chose and the record never showed: they "
            "are absent, or end in ? or 00000",
        ),
        _required("api_group", pa.string(), "API group; empty for core"),
        _required("api_version", pa.string(), "API version in which the body is spelled"),
        _required("kind", pa.string(), "kind, such as Pod"),
        _required("resource", pa.string(), "plural resource name, such as pods"),
        Column("namespace", pa.string(), "null if the object has none"),
        _required("name", pa.string(), "name of the object"),
        Column("uid", pa.string(), "uid of the object; null where it is not known"),
        _required("valid_from", TIME, "when this version came into force"),
        Column("valid_to", TIME, "when the next one did, if in the same segment"),
        Column("next_position", pa.int64(), "position of the next version, if in the same segment"),
        Column("audit_id", pa.string(), "the event that made it; null where none was recorded"),
        Column("object", pa.string(), "the object as JSON; null for DELETE and unseen bodies"),
        _required("segment", pa.int64(), "number of the segment, from 0"),
    ),
    order=("api_group", "resource", "namespace", "name", "position"),
    statistics=("segment", "position", "valid_from"),
)
"""A DELETE row has no object: the version before it holds the last body."""

CHECKPOINTS = Table(
    "checkpoints",
    "For each segment, every version in force when it begins, so that a state is read from one "
    "segment alone.",
    HISTORY.columns,
    order=HISTORY.order,
    statistics=HISTORY.statistics,
)
"""`segment` is the segment that the checkpoint opens; valid_to as far as that segment tells."""

PLACEMENTS = Table(
    "placements",
    "Where each event stands in the total order of writes.",
    (
        _required("audit_id", pa.string(), "the event"),
        _required("received", TIME, "when it was received: audit ids can be reused"),
        _required(
            "position",
            pa.int64(),
            "place in the total order of writes; several versions "
            "may come from one event: the first one's",
        ),
        Column(
            "rv",
            pa.int64(),
            "the etcd revision that the write made; null where it made none "
            "or where it is not revealed",
        ),
        _required(
            "outcome",
            pa.string(),
            "written, unchanged, refused, dry_run, read, unanswered (no answer was recorded), or "
            "unknown: the server timed out or failed, and may have done it",
        ),
        Column(
            "model",
            pa.string(),
            "how the modelled API server did on this write: equal, different, refused (what was "
            "stored), accepted (what was refused) or failed; null where it was not asked",
        ),
        Column("miss", pa.string(), "the first field in which the model differs, and both values"),
        Column(
            "doubted",
            pa.string(),
            "which of the event's times cannot be right and are not used: received, answered, "
            "both; null for nearly all",
        ),
    ),
    order=("position",),
    statistics=("position", "received"),
)

SCORE = pa.struct(
    [
        ("node", pa.string()),
        ("plugin", pa.string()),
        ("reason", pa.string()),
        ("raw", pa.int64()),
        ("normalized", pa.int64()),
        ("weighted", pa.int64()),
    ]
)

SCHEDULING = Table(
    "scheduling_decisions",
    "Every recorded decision of the scheduler beside the model's; empty until "
    "`kuberewind replay --verify --only scheduler`.",
    (
        _required("decision", pa.int64(), "its number, from 1, in the order of the decisions"),
        _required("namespace", pa.string(), "namespace of the pod"),
        _required("name", pa.string(), "name of the pod"),
        _required("uid", pa.string(), "uid of the pod"),
        _required("event", pa.string(), "Scheduled or FailedScheduling"),
        _required(
            "recorded_at",
            TIME,
            "when the record shows it: the time of the Event, or the arrival of the binding",
        ),
        _required("decided_at", TIME, "when it is taken to have been decided"),
        Column("rv", pa.int64(), "revision of the write that it led to; null where none is known"),
        Column("pod_rv", pa.int64(), "resourceVersion of the pod that was decided on"),
        _required(
            "position", pa.int64(), "the last write that the scheduler is taken to have seen"
        ),
        _required("assumed", pa.int32(), "pods that it had assumed on nodes, and not seen there"),
        Column("node", pa.string(), "the node that was chosen; null if none"),
        Column("in_best_set", pa.bool_(), "whether it is one of `best`; null if none was chosen"),
        Column("best", TEXTS, "the nodes that the model finds best; empty if none fits"),
        Column("feasible", pa.int32(), "how many nodes fit, as the model finds"),
        Column("message", pa.string(), "why it went nowhere, in the words of the record"),
        Column("modelled_message", pa.string(), "why, in the model's; null if it fits somewhere"),
        _required(
            "verdict",
            pa.string(),
            "equal: the node is one of the best, or the message is the same; different; or "
            "not_modelled",
        ),
        Column("plugin", pa.string(), "of a miss, the plugin that says most against the record"),
        Column(
            "cause",
            pa.string(),
            "of a miss. behind: the scheduler had not seen a write yet; ahead: it had seen one "
            "already; order: another pod was decided on sooner or later; unknown; not_modelled",
        ),
        Column("because", pa.string(), "which write or pod that was, or what is not modelled"),
        Column("scores", pa.list_(SCORE), "what the plugins say: the view scheduling_scores"),
    ),
    order=("decision",),
    statistics=("decision", "decided_at"),
)
"""Made from the history by asking the model; dropped when the history is derived again."""

TABLES = (EVENTS, ANOMALIES, SOURCES, READS, HISTORY, CHECKPOINTS, PLACEMENTS, SCHEDULING)
