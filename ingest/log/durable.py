"""Files that are either whole or not there: atomic replacement, fsync and file locks."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def sync(path: Path) -> None:
    """Force a file or folder to the disk, so that a later commit cannot outlive it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content`: a reader sees the old bytes or the new ones, never a part."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        # Whoever reads of it knows the file by its own name.
        raise type(error)(error.errno, error.strerror, str(path)) from error
    sync(path.parent)


def create_exclusively(path: Path, content: bytes) -> None:
    """Make a file that is not there yet, whole or not at all. Raises FileExistsError."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Unlike a replacement, a link is only made where nothing is.
        os.link(temporary, path)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)
    sync(path.parent)


class FileLock:
    """A lock on a file (flock) that the kernel releases when the process ends, however it ends."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        flags = os.O_RDWR | os.O_CREAT if create else os.O_RDONLY
        self._descriptor: int | None = os.open(path, flags | os.O_CLOEXEC, 0o644)

    def share(self) -> None:
        """Wait until nobody holds it alone, then hold it together with others."""
        fcntl.flock(self._open(), fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        """Hold it alone if nobody else holds it; False, without waiting, if somebody does."""
        try:
            fcntl.flock(self._open(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def give_up(self) -> None:
        """Let others hold it; it can be asked for again."""
        fcntl.flock(self._open(), fcntl.LOCK_UN)

    def release(self) -> None:
        """Close it for good; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            raise ValueError("the lock was released")
        return self._descriptor
