"""What was said: bodies, messages and annotations of a batch of events, without their secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
from msgspec import Raw

from ingest.anomalies import Collector
from ingest.redact import Redactor
from ingest.sources.audit.arrays import numbered, replaced, text_maps, texts, texts_of_raw
from ingest.sources.audit.envelope import ResponseStatus, fields_of, part
from ingest.sources.audit.records import Chunk
from ingest.sources.audit.references import in_url

_NO_STATUS = ResponseStatus()
_SENSITIVE_RESOURCES = frozenset(("secrets", "tokenreviews", "tokenrequests"))
_MAY_NAME_SECRETS = re.compile(r"(?i)[^?]*/(?:secrets|token)|[^?]*%")
_NO_MAP: dict[str, str] = {}
_decode_map = msgspec.json.Decoder(dict[str, str]).decode


class Bodies:
    """The texts of one batch while they are being cleaned, event by event where needed.

    `events` and `objects` are the fields of the events and of their object references.
    """

    def __init__(
        self,
        chunk: Chunk,
        events: Mapping[str, tuple[Any, ...]],
        objects: Mapping[str, tuple[Any, ...]],
        label: str,
        redactor: Redactor,
        anomalies: Collector,
    ) -> None:
        self._chunk = chunk
        self._label = label
        self._redactor = redactor
        self._anomalies = anomalies
        self._statuses = fields_of([status or _NO_STATUS for status in events["response_status"]])
        self._raw_annotations: Sequence[Raw] = events["annotations"]
        self._messages = [message or None for message in self._statuses["message"]]
        self._sensitive = _about_secrets(
            objects["resource"], objects["subresource"], events["request_uri"]
        )
        self.requests = self._column(events["request"])
        """The bodies of the requests with their secrets."""
        self.responses = self._column(events["response"])
        """The bodies of the answers with their secrets."""

    def columns(self) -> dict[str, pa.Array]:
        """The columns request, response, code, reason, message and annotations, cleaned."""
        suspects = set(self._sensitive)
        for column in (self.requests, self.responses, texts(self._messages)):
            suspects.update(self._redactor.suspects(column))
        requests: dict[int, str] = {}
        responses: dict[int, str] = {}
        for index in sorted(suspects):
            self._clean(index, requests, responses)
        return {
            "request": replaced(self.requests, requests),
            "response": replaced(self.responses, responses),
            "message": texts(self._messages),
            "code": pa.array(list(map(_code, self._statuses["code"])), pa.int32()),
            "reason": texts([reason or None for reason in self._statuses["reason"]]),
            "annotations": self._annotations(),
        }

    def _column(self, raws: Sequence[Raw]) -> pa.Array:
        column, bad = texts_of_raw(raws)
        for index in bad:
            self._anomalies.add("invalid_utf8", self._label, line=self._chunk.lines[index])
        return column

    def _clean(self, index: int, requests: dict[int, str], responses: dict[int, str]) -> None:
        """Take the secrets out of one event's bodies and message; note the bodies that change."""
        sensitive = index in self._sensitive
        known: frozenset[str] = frozenset()
        for column, changes in ((self.requests, requests), (self.responses, responses)):
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
                self._redactor.message(message, self._statuses["reason"][index], known)
                if sensitive or known
                else self._redactor.text(message)
            )

    def _annotations(self) -> pa.Array:
        """The audit annotations; those of admission webhooks hold the patches that they made."""
        raws: list[bytes | _Sensitive] = list(map(bytes, self._raw_annotations))
        for index in self._sensitive:
            raws[index] = _Sensitive(bytes(self._raw_annotations[index]))
        numbers, distinct = numbered(raws)
        texts = [key.raw if isinstance(key, _Sensitive) else key for key in distinct]
        suspects = set(self._redactor.suspects(texts_of_raw(texts)[0]))
        for index, key in enumerate(distinct):
            sensitive = isinstance(key, _Sensitive)
            if texts[index] and (sensitive or index in suspects):
                text = texts[index].decode("utf-8", "replace")
                texts[index] = self._redactor.body(text, sensitive=sensitive).text.encode()
        return text_maps([part(_decode_map, text, _NO_MAP) for text in texts]).take(numbers)


def _code(code: int | None) -> int | None:
    return code if code is not None and 0 < code < 1000 else None


class _Sensitive(NamedTuple):
    """Annotations of a request about Secrets: they are cleaned more thoroughly than others."""

    raw: bytes


def _about_secrets(
    resources: Sequence[str | None],
    subresources: Sequence[str | None],
    uris: Sequence[str | None],
) -> frozenset[int]:
    """The indices of the requests about Secrets or tokens, by their reference or their URL."""
    sensitive = {
        resource
        for resource in set(resources)
        if resource is not None and resource.lower() in _SENSITIVE_RESOURCES
    }
    return frozenset(
        index
        for index, (resource, subresource) in enumerate(zip(resources, subresources, strict=True))
        if resource in sensitive or subresource == "token"
    ) | frozenset(index for index, uri in enumerate(uris) if uri and _names_secrets(uri))


def _names_secrets(uri: str) -> bool:
    """Whether a URL is about Secrets or tokens, whatever the reference beside it says."""
    if not _MAY_NAME_SECRETS.match(uri):
        return False
    named = in_url(uri)
    if named is None:
        return False
    return (named.resource or "").lower() in _SENSITIVE_RESOURCES or named.subresource == "token"
