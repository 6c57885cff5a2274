"""Plain bytes out of packed ones, bounded whatever they hold."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from collections.abc import Callable

import pytest
import zstandard

from ingest import unpack as module
from ingest.errors import SourceError
from ingest.unpack import BLOCK, unpack

TEXT = b"".join(b"line %d %x\n" % (n, random.Random(n).getrandbits(90)) for n in range(60_000))
PACKERS = [gzip.compress, zstandard.compress]


def run(content: bytes) -> tuple[bytes, list[str], list[int]]:
    notes: list[str] = []
    blocks = list(
        unpack(io.BytesIO(content), lambda name, *_: notes.append(name), lambda size: None)
    )
    return b"".join(blocks), notes, [len(block) for block in blocks]


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("again", [None, *PACKERS])
def test_packed_once_or_twice_comes_out_plain(
    pack: Callable[[bytes], bytes], again: Callable[[bytes], bytes] | None
) -> None:
    packed = pack(TEXT[:99]) + pack(TEXT[99:])
    assert run(again(packed) if again else packed)[:2] == (TEXT, [])


def test_plain_bytes_come_out_as_they_are() -> None:
    assert run(TEXT)[:2] == (TEXT, [])
    assert run(b"")[:2] == (b"", [])
    assert run(b"\x1f")[:2] == (b"\x1f", [])


def test_blocks_are_cut_at_the_same_places_however_the_bytes_were_packed() -> None:
    for content in (TEXT, gzip.compress(TEXT), zstandard.compress(TEXT)):
        assert run(content)[2] == [BLOCK] * (len(TEXT) // BLOCK) + [len(TEXT) % BLOCK]


def test_three_layers_are_refused() -> None:
    with pytest.raises(SourceError, match="more than twice"):
        run(gzip.compress(gzip.compress(gzip.compress(TEXT[:99]))))


@pytest.mark.parametrize("part", [0.0001, 0.5, 0.99])
@pytest.mark.parametrize("pack", PACKERS)
def test_a_cut_stream_gives_what_it_has(pack: Callable[[bytes], bytes], part: float) -> None:
    packed = pack(TEXT)
    cut = packed[: max(4, int(len(packed) * part))]
    out, notes, _ = run(cut)
    assert notes == ["compressed_stream_cut"]
    assert TEXT.startswith(out)
    assert len(out) >= len(TEXT) * (part - 0.1)


def test_damage_in_gzip_loses_nothing_that_zlib_can_read_before_it() -> None:
    packed = bytearray(gzip.compress(TEXT))
    middle = len(packed) // 2
    packed[middle : middle + 64] = bytes(64)
    out, notes, _ = run(bytes(packed))
    whole = zlib.decompressobj(31).decompress(bytes(packed[:middle]))
    assert notes == ["compressed_stream_damaged"]
    assert out.startswith(whole)


@pytest.mark.parametrize("pack", PACKERS)
def test_bytes_behind_the_end_are_noted_and_padding_is_not(
    pack: Callable[[bytes], bytes],
) -> None:
    assert run(pack(TEXT) + bytes(1000))[:2] == (TEXT, [])
    assert run(pack(TEXT) + b"not packed")[:2] == (TEXT, ["compressed_trailing_garbage"])


@pytest.mark.parametrize("pack", PACKERS)
def test_a_bomb_is_left_after_its_first_stretch(
    pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BOMB_WINDOW", 4 << 20)
    out, notes, _ = run(pack(TEXT) + pack(bytes(80 << 20)))
    assert notes == ["compression_bomb"]
    assert out.startswith(TEXT)
    assert len(out) < len(TEXT) + (48 << 20)


def test_a_log_that_packs_well_is_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BOMB_WINDOW", 1 << 20)
    text = b"".join(b"%032x" % random.Random(n).getrandbits(128) + b"x" * 3000 for n in range(999))
    assert run(gzip.compress(text))[:2] == (text, [])


def test_progress_counts_the_bytes_of_the_source() -> None:
    packed, sizes = gzip.compress(TEXT), list[int]()
    list(unpack(io.BytesIO(packed), lambda *_: None, sizes.append))
    assert sum(sizes) == len(packed)
