"""A long audit log for benchmarks: a recorded one, repeated until it has so many bytes.

    python benchmarks/churn_copies.py 4GB

Each copy happens after the one before, to other objects: times, revisions, uids, audit ids, names
of namespaces, nodes and workloads are shifted, so that the whole is one consistent log of a cluster
in which more and more is going on. What is there once (kube-system, cluster roles, leases of
leaders) is written in the first copy alone.

Everything that changes has a fixed width, so a copy is the first one with some bytes written over.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT.parent / "shared" / "traces" / "churn" / "audit.jsonl.zst"
FOLDER = ROOT / ".bench"

_REVISIONS_FROM = 1_000_000
"""Added to all revisions: then those of many copies have equally many digits."""

_COPIES_MAX = 155
"""Services' addresses are shifted by their second number, from 100 up to 255."""

_Shift = Callable[[bytes, int], bytes]
"""A text as it stands in the first copy, and the number of a copy, to what stands in that one."""

_REVISION = re.compile(rb'(resourceVersion(?:\\?":\\?"|=))([1-9]\d*)')
_TIME = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d")
_UID = re.compile(rb"(?<=[0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])")
_SERVICE_ADDRESS = re.compile(rb"\b10\.96\.(?!0\.1\b)(?=\d)")
_TAG = b"-000"
_TAGGED = re.compile(rb"[a-z0-9]-(000)(?![a-z0-9])")


def churn_copies(size: int) -> Path:
    """The file that holds copies of the recorded churn, `size` bytes of whole lines; made once.

    Raises SystemExit, with what is to be done, where the recording is not there.
    """
    target = FOLDER / f"churn-{size}.jsonl"
    if not target.exists():
        if not RECORDED.exists():
            raise SystemExit(
                f"the recording {'/'.join(RECORDED.parts[-4:])} is not beside the checkout: "
                "the benchmarks repeat it; put the shared folder there"
            )
        FOLDER.mkdir(exist_ok=True)
        with pa.input_stream(str(RECORDED), compression="zstd") as stream:
            log = stream.read()
        unfinished = target.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.writelines(copies(log, size))
        unfinished.replace(target)
    return target


def copies(log: bytes, size: int) -> Iterator[bytes]:
    """Copies of a log of JSON lines in pieces of whole lines, `size` bytes or a little less."""
    template = _Template(log)
    for number in range(_COPIES_MAX):
        for piece in template.copy(number):
            if len(piece) > size:
                yield piece[: piece.rfind(b"\n", 0, size) + 1]
                return
            size -= len(piece)
            yield piece
    raise SystemExit(f"the log is too short: {_COPIES_MAX} copies of it are all that can be made")


@dataclass(frozen=True, slots=True)
class _Slots:
    """Places in the first copy at which something of one kind and width stands.

    `texts` are the different ones, `which` of them stands at each of `starts`.
    """

    starts: npt.NDArray[np.int64]
    which: npt.NDArray[np.int64]
    texts: list[bytes]
    shift: _Shift

    @classmethod
    def of(cls, found: Iterable[tuple[int, bytes]], shift: _Shift) -> _Slots:
        """The slots of (place, text)."""
        texts: dict[bytes, int] = {}
        pairs = [(start, texts.setdefault(text, len(texts))) for start, text in found]
        table = np.array(pairs, np.int64).reshape(-1, 2)
        return cls(table[:, 0], table[:, 1], list(texts), shift)

    def write(self, copy: npt.NDArray[np.uint8], number: int) -> None:
        """Write what stands in a copy over what stands in the first one."""
        if not self.texts:
            return
        shifted = b"".join(self.shift(text, number) for text in self.texts)
        table = np.frombuffer(shifted, np.uint8).reshape(len(self.texts), -1)
        copy[self.starts[:, None] + np.arange(table.shape[1])] = table[self.which]


class _Template:
    """The first copy, and where in it is what the others change."""

    def __init__(self, log: bytes) -> None:
        text = _tagged(log, _given_names(log))
        text = _SERVICE_ADDRESS.sub(b"10.100.", text)
        text = _REVISION.sub(_widened, text)
        once = _Once(text)
        self._text = np.frombuffer(text, np.uint8)
        self._lines = once.stretches
        revisions = [(m.start(2), m.group(2)) for m in _REVISION.finditer(text)]
        newest = max((int(text) for _, text in revisions), default=0)
        addresses = ((m.start(1), m.group(1)) for m in re.finditer(rb"\b10\.(100)\.", text))
        self._slots = [
            _Slots.of(revisions, _number(newest - _REVISIONS_FROM + 1)),
            _Slots.of(addresses, _number(1)),
            _Slots.of(((m.start(1), m.group(1)) for m in _TAGGED.finditer(text)), _number(1)),
            _Slots.of(((m.start(), m.group()) for m in _TIME.finditer(text)), _later(once.seconds)),
            _Slots.of(_uids(text, once.uids), _other_uid),
        ]

    def copy(self, number: int) -> Iterator[bytes]:
        """A copy in pieces of whole lines; only the first has the lines that are written once."""
        copy = self._text.copy()
        for slots in self._slots:
            slots.write(copy, number)
        stretches = self._lines if number else [(0, len(copy))]
        for start, end in stretches:
            yield copy[start:end].tobytes()


class _Once:
    """What is there only once: lines about objects whose names no copy changes.

    `stretches` are the other lines, `uids` those of such objects; `seconds` is how long the log is.
    """

    def __init__(self, text: bytes) -> None:
        self.uids: set[bytes] = set()
        self.stretches: list[tuple[int, int]] = []
        times = []
        start = end = 0
        for line in text.splitlines(keepends=True):
            event = orjson.loads(line)
            times += [event["requestReceivedTimestamp"][:19], event["stageTimestamp"][:19]]
            if _is_once(event):
                self.uids.add(str(_written(event).get("uid")).encode())
                self.stretches.append((start, end))
                start = end + len(line)
            end += len(line)
        self.stretches = [each for each in [*self.stretches, (start, end)] if each[0] < each[1]]
        first, last = (datetime.datetime.fromisoformat(pick(times)) for pick in (min, max))
        self.seconds = int((last - first).total_seconds()) + 5


def _is_once(event: dict[str, Any]) -> bool:
    """Whether a line tells of a write to an object that all copies would share."""
    if event["verb"] not in ("create", "update", "patch", "delete"):
        return False
    written, named = _written(event), event.get("objectRef") or {}
    if not written.get("uid") and event["verb"] != "delete":
        return False  # a review, or refused
    place = f"{named.get('namespace')} {named.get('name') or written.get('name')} "
    is_address = named.get("resource") == "ipaddresses" and " 10.100." in place
    return not (_TAGGED.search(place.encode()) or is_address)


def _written(event: dict[str, Any]) -> dict[str, Any]:
    """The metadata of the answer."""
    metadata = (event.get("responseObject") or {}).get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _given_names(log: bytes) -> set[str]:
    """Names of nodes, and of what users made: names that others are made of.

    Only compound ones: a name such as `main` may stand for anything in a log.
    """
    names = set()
    for line in log.splitlines():
        if b'"verb":"create"' not in line:
            continue
        event = orjson.loads(line)
        named = event.get("objectRef") or {}
        by_user = not event["user"]["username"].startswith("system:")
        if (by_user or named.get("resource") == "nodes") and not named.get("subresource"):
            names.add(_written(event).get("name") or "")
    return {name for name in names if re.fullmatch(r"[a-z0-9]+-[a-z0-9-]*[a-z0-9]", name)}


def _tagged(log: bytes, names: set[str]) -> bytes:
    """The log with a tag behind each of the names, also where other names are made of them."""
    if not names:
        return log
    by_word: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names, reverse=True):
        word, _, rest = name.partition("-")
        by_word[word].append(rest)
    # Names that begin with one word share a branch: the search is ten times as fast.
    branches = "|".join(f"{word}-(?:{'|'.join(rests)})" for word, rests in by_word.items())
    return re.sub(rf"(?<![a-z0-9])(?:{branches})(?![a-z0-9])".encode(), rb"\g<0>" + _TAG, log)


def _widened(found: re.Match[bytes]) -> bytes:
    return b"%b%d" % (found.group(1), int(found.group(2)) + _REVISIONS_FROM)


def _uids(text: bytes, kept: set[bytes]) -> Iterator[tuple[int, bytes]]:
    """The first four digits of each uid and audit id, but for those to keep."""
    for found in _UID.finditer(text):
        start = found.start() - 8
        if text[start : found.end()] not in kept:
            yield start, text[start : start + 4]


def _number(step: int) -> _Shift:
    """Shifts a number by `step` with each copy."""

    def shift(text: bytes, copy: int) -> bytes:
        shifted = b"%0*d" % (len(text), int(text) + copy * step)
        if len(shifted) > len(text):
            raise SystemExit("the log has too many revisions to be repeated so often")
        return shifted

    return shift


def _later(seconds: int) -> _Shift:
    """Shifts a time by `seconds` with each copy."""

    def shift(text: bytes, copy: int) -> bytes:
        time = datetime.datetime.fromisoformat(text.decode())
        return (time + datetime.timedelta(seconds=copy * seconds)).isoformat().encode()

    return shift


def _other_uid(text: bytes, copy: int) -> bytes:
    """The first four digits of a uid, counted up with each copy."""
    return b"%04x" % ((int(text, 16) + copy) % 65_536)


def bytes_of(text: str) -> int:
    """Bytes from `1000000`, `200MB`, `4GB`. Raises SystemExit for anything else."""
    found = re.fullmatch(r"(\d+)(GB|MB|kB|)", text)
    if not found:
        raise SystemExit(f"{text!r} is no number of bytes: write it as 500MB or 4GB")
    return int(found[1]) * {"GB": 10**9, "MB": 10**6, "kB": 10**3, "": 1}[found[2]]


if __name__ == "__main__":
    print(churn_copies(bytes_of(sys.argv[1] if len(sys.argv) > 1 else "1GB")))
