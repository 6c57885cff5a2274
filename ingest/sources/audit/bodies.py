"""What was said: bodies, messages and annotations of a batch of events, without their secrets."""

from __future__ import annotations

import msgspec
import pyarrow as pa
from msgspec import Raw

from ingest.anomalies import Collector
from ingest.log.schema import TEXT_MAP
from ingest.redact import Redactor
from ingest.sources.audit.arrays import Text, texts, texts_of_bytes
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
        self._requests: list[Text] = [_body(event.request) for event in chunk.events]
        self._responses: list[Text] = [_body(event.response) for event in chunk.events]
        self._messages = [status.message or None for status in self._statuses]
        self._sensitive = [_is_sensitive(event) for event in chunk.events]

    def columns(self) -> dict[str, pa.Array]:
        """The columns, cleaned."""
        requests = self._text_column(self._requests)
        responses = self._text_column(self._responses)
        messages = texts(self._messages)
        suspects = {index for index, sensitive in enumerate(self._sensitive) if sensitive}
        for column in (requests, responses, messages):
            suspects.update(self._redactor.suspects(column))
        changed = [index for index in sorted(suspects) if self._clean(index)]
        if changed:
            requests = pa.array(self._requests, pa.string())
            responses = pa.array(self._responses, pa.string())
        return {
            "request": requests,
            "response": responses,
            "message": texts(self._messages),
            "code": pa.array([_code(status) for status in self._statuses], pa.int32()),
            "reason": texts(status.reason or None for status in self._statuses),
            "annotations": self._annotations(),
        }

    def _text_column(self, values: list[Text]) -> pa.Array:
        column, bad = texts_of_bytes(values)
        for index in bad:
            self._anomalies.add("invalid_utf8", self._label, line=self._chunk.lines[index])
        return column

    def _clean(self, index: int) -> bool:
        """Take the secrets out of one event's bodies and message; tells if a body had any."""
        sensitive = self._sensitive[index]
        known: frozenset[str] = frozenset()
        changed = False
        for values in (self._requests, self._responses):
            value = values[index]
            if value is None:
                continue
            text = value if isinstance(value, str) else str(value, "utf-8")
            redaction = self._redactor.body(text, sensitive=sensitive, known=known)
            changed = changed or redaction.text != text
            values[index] = redaction.text
            known |= redaction.secrets
            if redaction.whole:
                line = self._chunk.lines[index]
                self._anomalies.add("body_not_redactable", self._label, line=line)
        message = self._messages[index]
        if message:
            about_secrets = sensitive or bool(known)
            reason = self._statuses[index].reason
            self._messages[index] = (
                self._redactor.message(message, reason, known)
                if about_secrets
                else self._redactor.text(message)
            )
        return changed

    def _annotations(self) -> pa.Array:
        """The audit annotations; those of admission webhooks hold the patches that they made."""
        keys = [
            (bytes(event.annotations), sensitive)
            for event, sensitive in zip(self._chunk.events, self._sensitive, strict=True)
        ]
        positions = {key: index for index, key in enumerate(dict.fromkeys(keys))}
        raws: list[Text] = [raw for raw, _ in positions]
        column, _ = texts_of_bytes(raws)
        suspects = set(self._redactor.suspects(column))
        maps: list[dict[str, str]] = []
        for (raw, sensitive), index in positions.items():
            body = Raw(raw)
            if raw and (sensitive or index in suspects):
                text = raw.decode("utf-8", "replace")
                body = Raw(self._redactor.body(text, sensitive=sensitive).text)
            maps.append(part(_decode_map, body, _NO_MAP))
        shared = pa.array([list(found.items()) for found in maps], TEXT_MAP)
        return shared.take(pa.array([positions[key] for key in keys], pa.int32()))


def _body(raw: Raw) -> memoryview | None:
    """The bytes of a body without a copy of them."""
    body = memoryview(raw)
    return None if len(body) < 5 and bytes(body) in (b"", b"null") else body


def _code(status: ResponseStatus) -> int | None:
    return status.code if status.code is not None and 0 < status.code < 1000 else None


def _is_sensitive(event: Event) -> bool:
    ref = event.object_ref
    if ref is None:
        return False
    return (ref.resource or "").lower() in _SENSITIVE_RESOURCES or ref.subresource == "token"
