"""The forms in which it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO

from reports.kubectl.terminal import escape_json
from reports.tables import OutputError
from reports.why.record import as_json
from reports.why.text import print_text
from reports.why.told import Told

Printer = Callable[[Told, IO[str]], None]


def printer(form: str) -> Printer:
    """What prints in a form: table, json. Raises OutputError."""
    if form not in _FORMS:
        raise OutputError(f"there is no output form {form!r}: choose one of {', '.join(_FORMS)}")
    return _FORMS[form]


def _print_json(told: Told, out: IO[str]) -> None:
    text = as_json(told)
    out.write(escape_json(text) if out.isatty() else text)


_FORMS: Mapping[str, Printer] = {"table": print_text, "json": _print_json}
