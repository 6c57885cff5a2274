"""Texts of computed objects, into which their revisions are written once these are known.

A version is computed long before its revision is known: thousands are held back in between, as
text. So where the metadata ends is noted with the text, and nothing is read or spelled again.
"""

from __future__ import annotations

import msgspec
import orjson

from ingest.bodies import Object, metadata_of, spelled

_METADATA = '"metadata":'


class Spelling(msgspec.Struct, frozen=True):
    """The text of an object; `end` is where its metadata's last field ends, 0 if not known."""

    text: str
    end: int = 0

    def with_revision(self, rv: int | None) -> str:
        """The text with a revision as the last field of the metadata, with none if that is None."""
        if not self.end:
            return _read_again(self.text, rv)
        if rv is None:
            return self.text
        return f'{self.text[: self.end]},"resourceVersion":"{rv}"{self.text[self.end :]}'

    def exchanged(self, old: str, new: str) -> Spelling:
        """The text with `new` for `old`."""
        return Spelling(self.text.replace(old, new), self.end if len(old) == len(new) else 0)


def spelling_of(body: Object) -> Spelling:
    """The text of an object."""
    metadata = metadata_of(body)
    if not metadata or "resourceVersion" in metadata:
        return Spelling(spelled(body))
    inner = orjson.dumps(metadata)
    text = orjson.dumps({**body, "metadata": orjson.Fragment(inner)}).decode()
    # The first brace within the object opens its own metadata if that name is before it: what
    # holds the same letters in a string has them escaped.
    start = text.find("{", 1)
    if not text.endswith(_METADATA, 0, start):
        return Spelling(text)
    return Spelling(text, start + len(inner if inner.isascii() else inner.decode()) - 1)


def _read_again(text: str, rv: int | None) -> str:
    body = orjson.loads(text)
    body["metadata"].pop("resourceVersion", None)
    if rv is not None:
        body["metadata"]["resourceVersion"] = str(rv)
    return spelled(body)
