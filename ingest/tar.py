"""The members of a tar archive, out of a stream of its bytes, with bounded memory.

Names are for display alone: nothing is ever written. The forms are those of POSIX.1-2017, pax
(ustar and pax headers), and of GNU tar (long names, sizes in base 256).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_RECORD = 512
_MAGIC = slice(257, 262)
_SIZE = slice(124, 136)
_CHECKSUM = slice(148, 156)
_REGULAR = frozenset((b"0", b"\0", b"7"))
_EXTENDED_MAX = 1 << 20
"""Bytes of an extended header: a path is far shorter."""


class TarError(Exception):
    """The archive is damaged, or ends in the middle."""


def is_tar(start: bytes) -> bool:
    """Whether what begins so is a tar archive."""
    header = start[:_RECORD]
    return len(header) == _RECORD and header[_MAGIC] == b"ustar" and _is_whole(header)


def members(pieces: Iterator[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The regular files: name, and content in pieces, which is skipped where it is not taken.

    A member that is cut gives what there is of it. Raises TarError where the archive is damaged.
    """
    source = _Source(pieces)
    extended: dict[str, str] = {}
    while True:
        header = source.take(_RECORD)
        if not header.strip(b"\0"):
            return
        if len(header) < _RECORD or not _is_whole(header):
            raise TarError("a damaged header")
        size, kind = _number(header[_SIZE]), header[156:157]
        if kind in (b"x", b"L"):
            content = source.take(min(size, _EXTENDED_MAX))
            source.skip(size - len(content) + -size % _RECORD)
            extended |= _pax(content) if kind == b"x" else {"path": _text(content)}
            continue
        if extended.get("size", "").isdigit():
            size = int(extended["size"][:20])
        rest = _Rest(source, size)
        if kind in _REGULAR:
            yield extended.get("path") or _name(header), rest.pieces()
        extended = {}
        rest.skip()


class _Source:
    """Bytes that are taken from the front of pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def some(self, most: int) -> bytes:
        """At least one byte and at most so many; none at the end."""
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._held = piece
        found, self._held = self._held[:most], self._held[most:]
        return found

    def take(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        parts: list[bytes] = []
        while size and (piece := self.some(size)):
            parts.append(piece)
            size -= len(piece)
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Leave so many bytes out."""
        while size:
            piece = self.some(size)
            if not piece:
                raise TarError("it ends in the middle of a member")
            size -= len(piece)


@dataclass(slots=True)
class _Rest:
    """What of a member was not taken yet."""

    source: _Source
    left: int
    padding: int = 0

    def __post_init__(self) -> None:
        self.padding = -self.left % _RECORD

    def pieces(self) -> Iterator[bytes]:
        while self.left:
            piece = self.source.some(self.left)
            if not piece:
                return  # to skip the rest will fail
            self.left -= len(piece)
            yield piece

    def skip(self) -> None:
        self.source.skip(self.left + self.padding)


def _is_whole(header: bytes) -> bool:
    """Whether the checksum is right: the sum of all bytes, its own field taken as blanks."""
    try:
        stored = _number(header[_CHECKSUM])
    except TarError:
        return False
    return sum(header) - sum(header[_CHECKSUM]) + 8 * ord(" ") == stored


def _number(field: bytes) -> int:
    """An octal number, or one in base 256 as GNU tar writes what is too large for that."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:])
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise TarError("a damaged header") from None


def _pax(content: bytes) -> dict[str, str]:
    """The records of an extended header: `length key=value`, a line each."""
    found: dict[str, str] = {}
    while content:
        length, _, _ = content.partition(b" ")
        if not length.isdigit() or not 0 < int(length[:8]) <= len(content):
            return found
        record, content = content[len(length) + 1 : int(length)], content[int(length) :]
        key, _, value = record.rstrip(b"\n").partition(b"=")
        found[_text(key)] = _text(value)
    return found


def _name(header: bytes) -> str:
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{_text(header[:100])}" if prefix else _text(header[:100])


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")
