"""How a command takes its arguments, and how it ends: a user's error is one line and a status."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

from engine.errors import KubeRewindError, NotFoundError
from reports.interrupt import is_interrupt
from reports.kubectl.terminal import escape_line

_REMARK = re.compile(r"--[^=]*\s")
"""No name of an option holds white space."""


class InterruptedIngestError(KubeRewindError):
    """Ctrl-C in the middle of an ingest, which loses nothing that was committed."""

    def __init__(self) -> None:
        super().__init__("interrupted; what was committed is kept, run the same command again")


class ReaderGoneError(Exception):
    """Who reads our output, such as head, has seen enough: that is no failure."""


class Commands(TyperGroup):
    """All commands. Click would make a status of 1 of a reader that is gone."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that is asked for. Raises ReaderGoneError."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise ReaderGoneError from error
        return result


class TextCommand(TyperCommand):
    """A command whose arguments are text, not names of files, which may be any bytes."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse what is not UTF-8."""
        for arg in args:
            if not arg.isprintable() and any("\ud800" <= each <= "\udfff" for each in arg):
                raise KubeRewindError(f"this argument is not UTF-8: {arg[:80]!r}")
        return super().parse_args(ctx, args)


class QueryCommand(TextCommand):
    """`sql`, whose query may begin with a remark: `-- so` is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hide remarks from the parser of options."""
        return super().parse_args(ctx, [f" {arg}" if _REMARK.match(arg) else arg for arg in args])


def run(command: Callable[[], Any]) -> int:
    """Run the command line; the exit status. A user's error is one line on stderr and a 2."""
    _open_what_is_closed()
    try:
        command()
    except InterruptedIngestError as error:
        return _failed(str(error), 130)
    except NotFoundError as error:
        return _failed(str(error), 1)
    except KubeRewindError as error:
        return _failed(str(error))
    except (BrokenPipeError, ReaderGoneError):
        # Python would complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _failed(f"{error.strerror or error}{_place(error.filename)}")
    except KeyboardInterrupt:
        return 130
    except RuntimeError as error:
        if not is_interrupt(error):
            raise
        return 130
    except _unreadable() as error:
        from reports.query import in_one_line

        hint = "`kuberewind rebuild` makes all but the log itself again"
        return _failed(f"the trace cannot be used: {in_one_line(error)} ({hint})")
    return 0


def _open_what_is_closed() -> None:
    """Python has no object for a stream that the shell closed (`>&-`)."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _unreadable() -> tuple[type[Exception], ...]:
    """What libraries raise at damaged files and odd folders; asked for only after an error."""
    import duckdb
    import pyarrow as pa

    delta = sys.modules.get("deltalake.exceptions")
    return (duckdb.Error, pa.ArrowException, *([delta.DeltaError] if delta else []))


def _failed(message: str, status: int = 2) -> int:
    print(f"kuberewind: {escape_line(message)}", file=sys.stderr)  # noqa: T201
    return status


def _place(file: Any) -> str:
    """Where an error was; temporary files of ours begin with a dot, and users know their folder."""
    if not isinstance(file, str):
        return ""
    path = Path(file)
    return f": {path.parent if path.name.startswith('.') else path}"
