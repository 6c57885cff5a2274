"""Plain bytes out of a source that may be compressed, told by its content and never by its name.

gzip (several members) and zstd (several frames) are unpacked, one inside the other once at the
most. The blocks that come out are cut at fixed places of the plain bytes, so that whatever is made
of them does not depend on how the source was read. Memory is bounded whatever the source holds.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, Self, runtime_checkable

import zstandard

from ingest.errors import SourceError

BLOCK = 1 << 20
"""Size of the blocks that come out, the last one aside."""

BOMB_WINDOW = 64 << 20
BOMB_RATIO = 400
"""A stretch of 64 MiB unpacked from less than a 400th of it is a compression bomb: audit logs reach
about a 100th at the best (every line has a random id and two times), zeros a 1000th in gzip."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"

Note = Callable[[str, int, str], None]
"""Takes the name of an anomaly, the offset in the unpacked bytes, and an example."""


_OTHER_PACKINGS = {b"PK\x03\x04": "zip", b"\xfd7zXZ\0": "xz", b"BZh": "bzip2", b"7z\xbc\xaf": "7z"}


def packed_otherwise(start: bytes) -> str | None:
    """The name of a packing that is not read, of what begins so."""
    return next((n for mark, n in _OTHER_PACKINGS.items() if start.startswith(mark)), None)


class Readable(Protocol):
    """What can be read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class Pieces:
    """Pieces as something to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _: int, /) -> bytes:
        """The next piece, however long."""
        return next((piece for piece in self._pieces if piece), b"")


class _Decoder(Protocol):
    """What the decoders of zlib and zstandard share."""

    @property
    def eof(self) -> bool:
        """Whether the member or frame has ended."""

    @property
    def unused_data(self) -> bytes:
        """The bytes fed behind that end."""

    def decompress(self, data: bytes, /) -> bytes:
        """All that the data unpacks to."""


@runtime_checkable
class _Copyable(_Decoder, Protocol):
    """A decoder that can be put back to where it was: zlib's."""

    def copy(self) -> Self:
        """The decoder in its present state."""


class _BombError(Exception):
    """Raised inside this module alone, where a stretch unpacks to more than any log does."""


class _RatioGuard:
    """Watches how much comes out of how little, over stretches of BOMB_WINDOW."""

    def __init__(self) -> None:
        self._consumed = 0
        self._produced = 0
        self.has_output = False

    def check(self, consumed: int, produced: int) -> None:
        """Count bytes; raise _BombError when a stretch is full and was made of too little."""
        self._consumed += consumed
        self._produced += produced
        self.has_output = self.has_output or produced > 0
        if self._produced < BOMB_WINDOW:
            return
        if self._produced > BOMB_RATIO * self._consumed:
            raise _BombError
        self._consumed = self._produced = 0


def unpack(source: Readable, note: Note, progress: Callable[[int], None]) -> Iterator[bytes]:
    """The plain bytes of `source` in blocks of BLOCK bytes, the last one shorter.

    `progress` is told how many bytes of the source were read. What could be read before damage
    comes out, then the damage is told to `note`. Raises SourceError for what is compressed three
    times over.
    """
    produced = 0
    damage: list[tuple[str, str]] = []

    def note_later(name: str, example: str) -> None:
        damage.append((name, example))

    for piece in _blocks(_peel(_peel(_read(source, progress), note_later), note_later)):
        if produced == 0 and compression_of(piece):
            raise SourceError("is compressed more than twice over: unpack it first")
        yield piece
        produced += len(piece)
    for name, example in damage:
        note(name, produced, example)


_NoteLater = Callable[[str, str], None]


def _read(source: Readable, progress: Callable[[int], None]) -> Iterator[bytes]:
    while piece := source.read(BLOCK):
        progress(len(piece))
        yield piece


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut at multiples of BLOCK."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size < BLOCK:
            continue
        joined = waiting[0] if len(waiting) == 1 else b"".join(waiting)
        whole = size - size % BLOCK
        for start in range(0, whole, BLOCK):
            yield joined[start : start + BLOCK]
        waiting, size = ([joined[whole:]], size - whole) if size > whole else ([], 0)
    if size:
        yield b"".join(waiting)


def compression_of(start: bytes) -> str | None:
    """The name of the compression of what begins so; None if there is none."""
    if start.startswith(_GZIP):
        return "gzip"
    is_skippable = start[1:4] == _ZSTD_SKIPPABLE and 0x50 <= start[0] <= 0x5F
    return "zstd" if start.startswith(_ZSTD) or is_skippable else None


def _peel(pieces: Iterator[bytes], note: _NoteLater) -> Iterator[bytes]:
    """Take one layer of compression off, if there is one."""
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= len(_ZSTD):
            break
    everything = chain([first], pieces) if first else pieces
    compression = compression_of(first)
    if compression is None:
        return everything
    return _Layer(_FORMATS[compression], note).run(everything)


@dataclass(frozen=True, slots=True)
class _Format:
    """What is particular about one format: how to begin a member or frame, and how much to feed.

    `piece` bounds what can come out at once, since the decoders give all they have.
    """

    name: str
    begin: Callable[[], _Decoder]
    piece: int


# gzip makes 1032 times as much of a byte at the most, so 4 KiB in is 4 MiB out. A zstd block of
# 4 bytes can stand for 128 KiB, so 1 KiB in is 32 MiB out.
_FORMATS = {
    "gzip": _Format("gzip", lambda: zlib.decompressobj(31), 4 << 10),
    "zstd": _Format("zstd", lambda: zstandard.ZstdDecompressor().decompressobj(), 1 << 10),
}


class _Layer:
    """Unpacks one layer: members or frames one after another, with zeros as padding in between."""

    def __init__(self, format_: _Format, note: _NoteLater) -> None:
        self._format = format_
        self._taken = 0
        self._note = note
        self._guard = _RatioGuard()
        self._decoder: _Decoder | None = None
        self._done = False

    def run(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """What the pieces unpack to; ends early at damage, garbage or a bomb, which is noted."""
        try:
            for big in pieces:
                for start in range(0, len(big), self._format.piece):
                    yield from self._unpack(big[start : start + self._format.piece])
                    if self._done:
                        return
        except _BombError:
            self._note_here("compression_bomb", f"more than {BOMB_RATIO} times its size")
            return
        if self._decoder is not None:
            self._note_here("compressed_stream_cut", "it ends")

    def _note_here(self, name: str, what: str) -> None:
        """Note damage with its place in the compressed bytes."""
        self._note(name, f"{self._format.name}, behind byte {self._taken:,} of it: {what}")

    def _unpack(self, piece: bytes) -> Iterator[bytes]:
        while piece and not self._done:
            if self._decoder is None:
                bare = piece.lstrip(b"\0")
                self._taken += len(piece) - len(bare)
                piece = bare
                if not piece:
                    return
                self._decoder = self._format.begin()
                at_start = True
            else:
                at_start = False
            out, rest = self._decode(self._decoder, piece, at_start)
            self._taken += len(piece) - len(rest)
            self._guard.check(len(piece) - len(rest), len(out))
            if out:
                yield out
            piece = rest

    def _decode(self, decoder: _Decoder, piece: bytes, at_start: bool) -> tuple[bytes, bytes]:
        """What one piece gives, and what of it lies behind the end of the member or frame."""
        before = decoder.copy() if isinstance(decoder, _Copyable) else None
        try:
            out = decoder.decompress(piece)
        except (zlib.error, zstandard.ZstdError) as error:
            self._done = True
            if at_start and self._guard.has_output:
                self._note_here("compressed_trailing_garbage", "other bytes")
                return b"", b""
            self._note_here("compressed_stream_damaged", str(error))
            return _salvage(before, piece), b""
        rest = decoder.unused_data
        if decoder.eof:
            self._decoder = None
        return out, rest


def _salvage(decoder: _Copyable | None, piece: bytes) -> bytes:
    """All that comes out of `piece` before its damage: the failing call itself gave nothing."""
    if decoder is None:
        return b""
    kept = b""
    try:
        for at in range(len(piece)):
            kept += decoder.decompress(piece[at : at + 1])
    except zlib.error:
        return kept
    return kept
