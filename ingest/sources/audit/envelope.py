"""The envelope of an audit event, and a look at the head of a body.

audit.k8s.io/v1 (k8s.io/apiserver/pkg/apis/audit/v1/types.go, v1.36) and v1beta1, whose first form
had only `timestamp` and `metadata.creationTimestamp`, in seconds. Bodies stay unparsed bytes. A
key that is repeated counts as it does in Go: the last one wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Raw, Struct, field

if TYPE_CHECKING:
    from typing_extensions import Buffer

T = TypeVar("T")

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises for bytes that are not what they should be."""


class ObjectReference(Struct, gc=False):
    """What the request was about, as its URL said."""

    resource: str | None = None
    namespace: str | None = None
    name: str | None = None
    uid: str | None = None
    api_group: str | None = field(name="apiGroup", default=None)
    api_version: str | None = field(name="apiVersion", default=None)
    subresource: str | None = None


class ResponseStatus(Struct, gc=False):
    """The outcome."""

    code: int | None = None
    reason: str | None = None
    message: str | None = None


class EventMetadata(Struct, gc=False):
    """Only v1beta1 has one."""

    created: str | None = field(name="creationTimestamp", default=None)


class Event(Struct, gc=False):
    """One stage of one request. Without id, verb or stage it is no audit event."""

    audit_id: str = field(name="auditID")
    verb: str
    stage: str
    level: str | None = None
    request_uri: str | None = field(name="requestURI", default=None)
    user: Raw = Raw()
    impersonated_user: Raw = field(name="impersonatedUser", default=Raw())
    source_ips: Raw = field(name="sourceIPs", default=Raw())
    user_agent: str | None = field(name="userAgent", default=None)
    object_ref: ObjectReference | None = field(name="objectRef", default=None)
    response_status: ResponseStatus | None = field(name="responseStatus", default=None)
    request: Raw = field(name="requestObject", default=Raw())
    response: Raw = field(name="responseObject", default=Raw())
    received: str | None = field(name="requestReceivedTimestamp", default=None)
    stage_time: str | None = field(name="stageTimestamp", default=None)
    timestamp: str | None = None
    metadata: EventMetadata | None = None
    annotations: Raw = Raw()

    def detach(self) -> None:
        """Copy the parts that are still bytes of the block in which the event was found."""
        self.user = self.user.copy()
        self.impersonated_user = self.impersonated_user.copy()
        self.source_ips = self.source_ips.copy()
        self.request = self.request.copy()
        self.response = self.response.copy()
        self.annotations = self.annotations.copy()

    @property
    def arrival(self) -> str | None:
        """When the request came; v1beta1 first had only seconds, under other names."""
        if self.received:
            return self.received
        created = self.metadata.created if self.metadata is not None else None
        return self.timestamp or created

    @property
    def code(self) -> int:
        """HTTP status of the answer, 0 where there is none."""
        status = self.response_status
        return status.code or 0 if status is not None else 0


class User(Struct, gc=False):
    """Who asked."""

    username: str | None = None
    groups: list[str] | None = None
    uid: str | None = None


class ObjectMeta(Struct, gc=False):
    """The part of an object's metadata that the log has columns for."""

    name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = field(name="resourceVersion", default=None)


class StatusDetails(Struct, gc=False):
    """What a Status says about the object."""

    name: str | None = None
    uid: str | None = None


class Head(Struct, gc=False):
    """A look at a body: what it is and what it is called."""

    kind: str | None = None
    api_version: str | None = field(name="apiVersion", default=None)
    metadata: ObjectMeta | None = None
    details: StatusDetails | None = None


class EventList(Struct, gc=False):
    """Several events in one document, as the webhook backend sends them."""

    items: list[Raw]
    kind: str | None = None


_decode_fields = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_head = msgspec.json.Decoder(Head).decode
_NO_HEAD = Head()

decode_event = msgspec.json.Decoder(Event).decode
decode_events = msgspec.json.Decoder(Event).decode_lines
decode_list = msgspec.json.Decoder(EventList).decode

_FIELD_TYPES: dict[str, Any] = {
    known.encode_name: known.type for known in msgspec.structs.fields(Event)
}
_ALWAYS_THERE = ("auditID", "verb", "stage")


def decode_leniently(record: bytes | Raw) -> tuple[Event, list[str]] | None:
    """An event that lacks a field or has one of a wrong type, and the names of the wrong ones.

    Missing id, verb and stage come out empty. None for JSON that is no audit event: one that has
    neither an id nor both a verb and a stage. Raises one of UNREADABLE for what is no JSON.
    """
    try:
        fields = _decode_fields(record)
    except msgspec.ValidationError:
        return None
    if "auditID" not in fields and not ("verb" in fields and "stage" in fields):
        return None
    kept: dict[str, Raw] = {}
    wrong = []
    for name, type_ in _FIELD_TYPES.items():
        if name not in fields:
            continue
        try:
            msgspec.json.decode(fields[name], type=type_)
            kept[name] = fields[name]
        except UNREADABLE:
            wrong.append(name)
    for name in _ALWAYS_THERE:
        kept.setdefault(name, Raw(b'""'))
    return decode_event(msgspec.json.encode(kept)), wrong


def fields_of(structs: Sequence[Struct]) -> Mapping[str, tuple[Any, ...]]:
    """Structs of one type, at least one, field by field: each field's values in their order."""
    names = structs[0].__struct_fields__
    columns = zip(*map(msgspec.structs.astuple, structs), strict=True)
    return dict(zip(names, columns, strict=True))


def part(decode: Callable[[Buffer | str], T], raw: Raw | bytes, default: T) -> T:
    """A part of the record that was left as bytes; `default` where it is missing or unreadable."""
    if not raw:
        return default
    try:
        return decode(raw)
    except UnicodeDecodeError:
        repaired = bytes(raw).decode("utf-8", "replace").encode()
    except UNREADABLE:
        return default
    try:
        return decode(repaired)
    except UNREADABLE:
        return default


def head(body: Raw | bytes) -> Head:
    """What a body is and is called; all None for no body, a list, or one of another shape."""
    return part(_decode_head, body, _NO_HEAD)
