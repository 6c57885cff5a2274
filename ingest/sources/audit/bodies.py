"""What was said: bodies, messages and annotations of a batch of events, without their secrets."""

from __future__ import annotations

import msgspec
import pyarrow as pa
from msgspec import Raw

from ingest.anomalies import Collector
from ingest.redact import Redactor
from ingest.sources.audit.arrays import replaced, text_maps, texts, texts_of_raw
from ingest.sources.audit.envelope import Event, ResponseStatus, part
from ingest.sources.audit.records import Chunk

_NO_STATUS = ResponseStatus()
_SENSITIVE_RESOURCES = frozenset(("secrets", "tokenreviews", "tokenrequests"))
_NO_MAP: dict[str, str] = {}
_decode_map = msgspec.json.Decoder(dict[str, str]).decode


def bodies(
    chunk: Chunk, label: str, redactor: Redactor, anomalies: Collector
) -> dict[str, pa.Array]:
    """The columns request, response, code, reason, message and annotations."""
    return _Bodies(chunk, label, redactor, anomalies).columns()


class _Bodies:
    """The texts of one batch while they are being cleaned, event by event where needed."""

    def __init__(self, chunk: Chunk, label: str, redactor: Redactor, anomalies: Collector) -> None:
        self._chunk = chunk
        self._label = label
        self._redactor = redactor
        self._anomalies = anomalies
        self._statuses = [event.response_status or _NO_STATUS for event in chunk.events]
        self._requests = self._column([event.request for event in chunk.events])
        self._responses = self._column([event.response for event in chunk.events])
        self._messages = [status.message or None for status in self._statuses]
        self._sensitive = [_is_sensitive(event) for event in chunk.events]

    def columns(self) -> dict[str, pa.Array]:
        """The columns, cleaned."""
        suspects = {index for index, sensitive in enumerate(self._sensitive) if sensitive}
        for column in (self._requests, self._responses, texts(self._messages)):
            suspects.update(self._redactor.suspects(column))
        requests: dict[int, str] = {}
        responses: dict[int, str] = {}
        for index in sorted(suspects):
            self._clean(index, requests, responses)
        return {
            "request": replaced(self._requests, requests),
            "response": replaced(self._responses, responses),
            "message": texts(self._messages),
            "code": pa.array([_code(status) for status in self._statuses], pa.int32()),
            "reason": texts([status.reason or None for status in self._statuses]),
            "annotations": self._annotations(),
        }

    def _column(self, raws: list[Raw]) -> pa.Array:
        column, bad = texts_of_raw(raws)
        for index in bad:
            self._anomalies.add("invalid_utf8", self._label, line=self._chunk.lines[index])
        return column

    def _clean(self, index: int, requests: dict[int, str], responses: dict[int, str]) -> None:
        """Take the secrets out of one event's bodies and message; note the bodies that change."""
        sensitive = self._sensitive[index]
        known: frozenset[str] = frozenset()
        for column, changes in ((self._requests, requests), (self._responses, responses)):
            text = column[index].as_py()
            if text is None:
                continue
            redaction = self._redactor.body(text, sensitive=sensitive, known=known)
            known |= redaction.secrets
            if redaction.text != text:
                changes[index] = redaction.text
            if redaction.whole:
                line = self._chunk.lines[index]
                self._anomalies.add("body_not_redactable", self._label, line=line)
        message = self._messages[index]
        if message:
            self._messages[index] = (
                self._redactor.message(message, self._statuses[index].reason, known)
                if sensitive or known
                else self._redactor.text(message)
            )

    def _annotations(self) -> pa.Array:
        """The audit annotations; those of admission webhooks hold the patches that they made."""
        keys = [
            (bytes(event.annotations), sensitive)
            for event, sensitive in zip(self._chunk.events, self._sensitive, strict=True)
        ]
        positions: dict[tuple[bytes, bool], int] = {}
        indices = [positions.setdefault(key, len(positions)) for key in keys]
        raws = [raw for raw, _ in positions]
        suspects = set(self._redactor.suspects(texts_of_raw(raws)[0]))
        for index, (raw, sensitive) in enumerate(positions):
            if raw and (sensitive or index in suspects):
                text = raw.decode("utf-8", "replace")
                raws[index] = self._redactor.body(text, sensitive=sensitive).text.encode()
        maps = text_maps([part(_decode_map, raw, _NO_MAP) for raw in raws])
        return maps.take(pa.array(indices, pa.int32()))


def _code(status: ResponseStatus) -> int | None:
    return status.code if status.code is not None and 0 < status.code < 1000 else None


def _is_sensitive(event: Event) -> bool:
    ref = event.object_ref
    if ref is None:
        return False
    return (ref.resource or "").lower() in _SENSITIVE_RESOURCES or ref.subresource == "token"
