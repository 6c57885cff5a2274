"""The trace folder: what makes a folder a trace, its clusters, who may write.

    TRACE/kuberewind.json                        what makes the folder a trace: the format's version
    TRACE/write.lock                             held by the one writer
    TRACE/<cluster>/current.json                 the live files of all tables: what readers follow
    TRACE/<cluster>/settings.json                what the log does not tell: `ingest.log.settings`
    TRACE/<cluster>/<table>/*.parquet            the rows; names tell the content apart
    TRACE/<cluster>/<table>/_delta_log/*.json    a Delta Lake log: what was committed, in order
    TRACE/<cluster>/tmp/                         scratch files of a running writer

Only the standard library is imported here: a command that reads must start fast.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import KubeRewindError
from ingest.log.current import CURRENT, Snapshot, load
from ingest.log.durable import FileLock, write_atomically

if TYPE_CHECKING:
    from ingest.log.writer import ClusterWriter

FORMAT = 2
MARKER = "kuberewind.json"
WRITE_LOCK = "write.lock"
DEFAULT_CLUSTER = "default"

_CLUSTER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class TraceError(KubeRewindError):
    """A trace cannot be opened, read or written; the message says what to do."""


class Trace:
    """A trace folder, opened.

    With `create`, a folder that is missing or empty becomes a trace. Raises TraceError for a folder
    that is none, or that a newer version wrote.
    """

    def __init__(self, path: Path | str, *, create: bool = False) -> None:
        self.path = Path(path)
        marker = self.path / MARKER
        self._made: _Made | None = None
        if create and not marker.exists():
            self._made = _create(self.path)
        _check_format(self.path)

    def discard_if_new(self) -> None:
        """Take the trace back if this very object made it and nothing was written to it since."""
        if self._made is None or self.clusters():
            return
        try:
            lock = FileLock(self.path / WRITE_LOCK, create=True)
            if lock.try_alone():
                self._made.take_back(self.path)
            lock.release()
        except OSError as error:
            raise TraceError(f"cannot remove {self.path}: {error.strerror}") from error

    def folder(self, cluster: str) -> Path:
        """The folder of a cluster. Raises TraceError for a name that is no safe folder name."""
        if not _CLUSTER_NAME.fullmatch(cluster):
            raise TraceError(
                f"{cluster!r} cannot be a cluster's name here: use up to 100 letters, digits, "
                "'.', '_' and '-', beginning with a letter or digit"
            )
        return self.path / cluster

    def clusters(self) -> list[str]:
        """The names of the clusters that something was written of, sorted."""
        return sorted(path.name for path in self.path.iterdir() if _is_cluster(path))

    def snapshot(self, cluster: str = DEFAULT_CLUSTER, *, derived: bool = False) -> Snapshot:
        """The cluster's tables as they are now. Close it when done. Raises TraceError.

        A log whose history was never derived looks like an empty cluster: with `derived` that is
        an error too.
        """
        folder = self.folder(cluster)
        if not _is_cluster(folder):
            raise TraceError(self._no_such(cluster))
        lock = FileLock(self.path / MARKER)
        lock.share()
        current = load(folder)
        if current is None:
            # Rare: only here does a reader need the Delta library.
            from ingest.log.recovery import reconciled

            current = reconciled(folder, None)
        if derived and current.made_from is None:
            lock.release()
            raise TraceError(
                f"the history of {self.path} is not derived yet: wait for the ingest that is "
                "running, or ingest again, or run `kuberewind rebuild`"
            )
        return Snapshot(folder, current, lock)

    def writer(self, cluster: str = DEFAULT_CLUSTER) -> ClusterWriter:
        """The one writer of the trace, for a cluster. Raises TraceError if there is another."""
        from ingest.log.writer import ClusterWriter

        folder = self.folder(cluster)
        self._check_name(cluster)
        try:
            lock = FileLock(self.path / WRITE_LOCK, create=True)
        except OSError as error:
            raise TraceError(f"cannot write to {self.path}: {error.strerror}") from error
        if not lock.try_alone():
            lock.release()
            raise TraceError(
                f"another kuberewind is writing to {self.path}: wait until it is done, "
                "or write to another trace with --trace"
            )
        return ClusterWriter(folder, lock, FileLock(self.path / MARKER))

    def _check_name(self, cluster: str) -> None:
        """Refuse a name that is, or on some file systems would be, something else's."""
        for each in sorted(path.name for path in self.path.iterdir()):
            is_other = each != cluster or not (self.path / each).is_dir()
            if is_other and each.lower() == cluster.lower():
                raise TraceError(
                    f"{self.path} holds {each!r}, which cannot be told from a cluster {cluster!r} "
                    "everywhere: choose another name with --cluster"
                )

    def _no_such(self, cluster: str) -> str:
        names = self.clusters()
        if not names:
            return f"{self.path} is still empty: fill it with `kuberewind ingest SOURCE`"
        return f"{self.path} holds no cluster {cluster!r}: choose one with --cluster: " + ", ".join(
            names
        )


@dataclass(frozen=True, slots=True)
class _Made:
    """What a new trace was put into: folders that were not there, and files that were."""

    folders: tuple[Path, ...]
    others: frozenset[str]

    def take_back(self, path: Path) -> None:
        for each in sorted(path.iterdir()):
            if each.name in self.others:
                continue
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()
        for folder in self.folders:
            folder.rmdir()


def _create(path: Path) -> _Made:
    try:
        folders = tuple(each for each in (path, *path.parents) if not each.exists())
        path.mkdir(parents=True, exist_ok=True)
        others = {each.name for each in path.iterdir() if not each.name.startswith(".")}
        if others and MARKER not in others:
            raise TraceError(
                f"{path} holds other files and is no trace: choose an empty or new folder "
                "with --trace"
            )
        hidden = frozenset(each.name for each in path.iterdir()) - {MARKER}
        content = json.dumps({"format": FORMAT, "what": "a kuberewind trace"}, sort_keys=True)
        write_atomically(path / MARKER, content.encode() + b"\n")
    except OSError as error:
        raise TraceError(f"cannot make a trace at {path}: {error.strerror}") from error
    return _Made(folders, hidden)


def _check_format(path: Path) -> None:
    try:
        found = json.loads((path / MARKER).read_bytes())["format"]
    except FileNotFoundError:
        raise TraceError(
            f"{path} is no trace: make one with `kuberewind ingest SOURCE --trace {path}`, "
            "or name another with --trace"
        ) from None
    except NotADirectoryError:
        raise TraceError(f"{path} is a file, not a trace: name a folder with --trace") from None
    except OSError as error:
        raise TraceError(f"cannot read {path / MARKER}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError):
        raise TraceError(f"{path / MARKER} is damaged: ingest into a new trace") from None
    if found != FORMAT:
        raise TraceError(
            f"{path} was written in format {found!r}, and this version reads {FORMAT}: "
            "read it with the version that wrote it, or ingest into a new trace"
        )


def _is_cluster(path: Path) -> bool:
    return _CLUSTER_NAME.fullmatch(path.name) is not None and (
        (path / CURRENT).is_file() or any(path.glob("*/_delta_log"))
    )
