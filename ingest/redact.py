"""Secrets are replaced by keyed hashes before anything of a source reaches disk.

What counts as a secret: the values of Secrets wherever they are (in lists, in patches, in another
kind's body, in last-applied-configuration), tokens that the API server issues or checks, bootstrap
tokens, and Authorization data. Equal values get equal hashes under one key, so that they can still
be compared; without the key a hash cannot be tried out against guesses. A body without any secret
stays byte for byte as it was recorded.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from ingest.errors import KubeRewindError
from ingest.secret_values import Walk

KEY_FILE = ".redact-key"
PREFIX = "redacted:hmac-sha256:"

_KEY_BYTES_MIN = 16

# Refusals whose message names the object and never quotes the body
# (k8s.io/apimachinery/pkg/api/errors, v1.36).
_QUIET_REASONS = frozenset(("NotFound", "AlreadyExists", "Conflict", "Forbidden", "Unauthorized"))

_BOOTSTRAP = r"[a-z0-9]{6}\.[a-z0-9]{16}"
_JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*")
_SCHEMES = "bearer|basic|digest|negotiate|token|apikey"
_HEADER = re.compile(
    rf"(?i)(authorization[\"'\\]*\s*[:=]?[\"'\\\s]*(?:{_SCHEMES})\s+)([\w.~+/=:-]{{4,}})"
)
_BEARER = re.compile(r"(?i)(\bbearer\s+)((?=[^\s\"']*\d)[\w.~+/=-]{16,})")
_BASIC = re.compile(r"(?i)(\bbasic\s+)([a-z0-9+/]{4,}={0,2})(?![\w+/=])")
# What may lie between a name and its value, in JSON within JSON and however it is laid out: of a
# backslash and a letter both are taken together, so that there is one way only to read a text.
_BETWEEN = r"(?:[\"'\\\s:=,-]|\\[nrt])+"
_BOOTSTRAP_TOKEN = re.compile(rf"(?i)(token{_BETWEEN})({_BOOTSTRAP})(?![\w.])")

_MARKS = ("eyj", "authorization", "bearer", "basic", "token")
"""In lower case: a text of ASCII that has none of them matches none of the patterns above."""

# A vectorised search over whole columns finds the few bodies that must be looked at: every rule
# can only change a body that has one of these. \u0041 and the like could spell any of them in
# disguise. The first pattern is made for speed (it begins with rare words), the second is exact.
_AUTHORIZATION_TEXT = r"authorization[\"'\\]*\s*[:=]\s*[\"'\\]*[a-z]+\s"
_OTHER_FORMS = (
    r"(bearer|basic)\s+[\w.~+/=-]{4}"
    r"|\.eyJ"
    r"|\\u00[4-7]"
    rf"|(token|value){_BETWEEN}{_BOOTSTRAP}"
    rf"|{_AUTHORIZATION_TEXT}"
    r"|kind:\s*[\"'\\]*secret(list)?(\\[nr]|[\"'\\\s])"
)
_PERHAPS = (
    r'(?i)authorization\\*"|secret(list)?\\*"\s*[,}\]]|tokenre(quest|view)\\*"|execcredential\\*"|'
    + _OTHER_FORMS
)
_SUSPICIOUS = (
    r'(?i)"(secret|secretlist|tokenrequest|tokenreview|execcredential)\\*"\s*[,}\]]'
    r'|"(proxy-)?authorization\\*"|([^o]|[^i]o|[^.]io|[^s]\.io|[^8]s\.io)/authorization\\*"|'
    + _OTHER_FORMS
)


def load_key(trace: Path, given: Path | None) -> bytes:
    """The redaction key: the content of `given`, else the trace's own, made when there is none.

    Raises KubeRewindError for a key that cannot be read or is shorter than 16 bytes.
    """
    path = given if given is not None else trace / KEY_FILE
    try:
        if given is None and not path.exists():
            _make_key(path)
        key = path.read_bytes().strip()
    except OSError as error:
        raise KubeRewindError(f"cannot read the redaction key {path}: {error.strerror}") from error
    if len(key) < _KEY_BYTES_MIN:
        raise KubeRewindError(
            f"the redaction key {path} is too short: give it at least {_KEY_BYTES_MIN} bytes"
        )
    return key


def _make_key(path: Path) -> None:
    """Write a new key that only the owner can read; another process's key wins if it is first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp gives the owner alone the right to read.
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(os.urandom(32).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link is made only where no file is yet, and shows the whole content at once.
        os.link(unfinished, path)
    except FileExistsError:
        return
    finally:
        unfinished.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Redaction:
    """What became of a body: its text, the values taken out, and if the whole was replaced."""

    text: str
    secrets: frozenset[str] = frozenset()
    whole: bool = False


class Redactor:
    """Replaces secrets by keyed hashes; `key` is the only thing it knows."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def hash(self, value: str | bytes) -> str:
        """`redacted:hmac-sha256:` and 32 hex digits, equal for equal values."""
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        return PREFIX + hmac.digest(self.key, raw, hashlib.sha256).hex()[:32]

    def suspects(self, texts: pa.Array) -> list[int]:
        """Indices of the texts that `body` might change; the others need not be looked at."""
        column = pl.Series(pl.from_arrow(texts))
        perhaps = column.str.contains(_PERHAPS).fill_null(value=False).arg_true()
        found = column.gather(perhaps).str.contains(_SUSPICIOUS)
        return [int(index) for index in perhaps.filter(found)]

    def body(self, text: str, *, sensitive: bool, known: frozenset[str] = frozenset()) -> Redaction:
        """A JSON body without its secrets.

        `sensitive` says that the request was about Secrets or tokens, whatever the body calls
        itself; `known` are values that another body of the request held, which a refusal may
        quote. A body that cannot be taken apart safely is replaced as a whole.
        """
        walk = Walk(
            self.hash,
            self.text,
            lambda quoted, reason: self.message(quoted, reason, known),
            quoting=bool(known),
        )
        try:
            value = json.loads(text, object_pairs_hook=_without_repeats)
            clean = walk.body(value, secret=sensitive)
            if not walk.changed:
                return Redaction(text)
            dumped = json.dumps(clean, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            dumped.encode()
        except (ValueError, RecursionError):
            return Redaction(f'"{self.hash(text)}"', whole=True)
        return Redaction(dumped, frozenset(walk.originals))

    def text(self, text: str) -> str:
        """Free text without the tokens and Authorization data that can be told by their form."""
        if text.isascii():
            low = text.lower()
            if not any(mark in low for mark in _MARKS):
                return text
        text = _JWT.sub(lambda found: self.hash(found[0]), text)
        for pattern in (_HEADER, _BEARER, _BOOTSTRAP_TOKEN):
            text = pattern.sub(self._second_group, text)
        return _BASIC.sub(self._credentials, text)

    def _second_group(self, found: re.Match[str]) -> str:
        return found[0] if PREFIX in found[0] else found[1] + self.hash(found[2])

    def _credentials(self, found: re.Match[str]) -> str:
        """Basic credentials, which are a name and a password; other words stay."""
        try:
            is_pair = b":" in base64.b64decode(found[2], validate=True)
        except ValueError:
            is_pair = False
        return self._second_group(found) if is_pair else found[0]

    def message(self, text: str, reason: str | None, secrets: frozenset[str]) -> str:
        """The message of a refused request about Secrets, which may quote what was sent.

        Reasons that name no more than the object keep their message, without `secrets`, the
        values that were found in the bodies; of the others only a hash remains.
        """
        if reason not in _QUIET_REASONS:
            return self.hash(text)
        for secret in sorted(secrets, key=lambda value: (-len(value), value)):
            text = text.replace(secret, self.hash(secret))
        return self.text(text)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of unique keys; a repeated one could hide a value from the walk."""
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a repeated key")
    return value
