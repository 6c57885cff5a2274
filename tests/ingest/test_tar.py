"""Archives: their members as tarfile writes them, and what becomes of damaged ones."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.tar import TarError, is_tar, members

FILES = {"a.log": b"x" * 700, "sub/b.log": b"", "n" * 180 + "/ü.log": b"y" * 512, "c": b"z"}


def archive(files: dict[str, bytes], form: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        folder = tarfile.TarInfo("sub")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("size", [1, 511, 100_000])
def test_the_files_of_an_archive_come_with_their_names(form: int, size: int) -> None:
    content = archive(FILES, form)
    assert is_tar(content)
    found = {name: b"".join(parts) for name, parts in members(pieces(content, size))}
    assert found == FILES


def test_content_that_is_not_taken_is_skipped() -> None:
    content = archive(FILES, tarfile.PAX_FORMAT)
    assert [name for name, _ in members(pieces(content, 1000))] == list(FILES)


def test_a_cut_archive_gives_what_there_is_and_then_an_error() -> None:
    content = archive({"a": b"1" * 600, "b": b"2" * 600}, tarfile.GNU_FORMAT)
    archived = members(iter([content[: 512 * 5 + 100]]))
    found = [(name, b"".join(parts)) for name, parts in islice(archived, 2)]
    assert found == [("a", b"1" * 600), ("b", b"2" * 100)]
    with pytest.raises(TarError, match="middle"):
        next(archived)


def test_other_files_are_no_archives() -> None:
    assert not is_tar(b'{"kind":"Event"}\n' * 100)
    assert not is_tar(b"")


@given(st.binary(max_size=600), st.integers(0, 2000), st.integers(1, 700))
def test_damage_is_an_error_and_nothing_else(damage: bytes, at: int, size: int) -> None:
    content = bytearray(archive(FILES, tarfile.PAX_FORMAT))
    content[at : at + len(damage)] = damage
    try:
        for _, parts in members(pieces(bytes(content), size)):
            assert sum(map(len, parts)) <= len(content)
    except TarError:
        pass
