"""The forms in which decisions are printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import IO

from reports.kubectl.terminal import escape_json
from reports.scheduling.annotations import as_json
from reports.scheduling.page import as_page
from reports.scheduling.table import print_tables
from reports.scheduling.told import Told
from reports.tables import OutputError

Printer = Callable[[Sequence[Told], IO[str]], None]


def printer(form: str) -> Printer:
    """What prints in a form: table, wide, json, html. Raises OutputError."""
    if form not in _FORMS:
        raise OutputError(f"there is no output form {form!r}: choose one of {', '.join(_FORMS)}")
    return _FORMS[form]


def _print_json(told: Sequence[Told], out: IO[str]) -> None:
    text = as_json(told)
    out.write(escape_json(text) if out.isatty() else text)


def _print_page(told: Sequence[Told], out: IO[str]) -> None:
    out.write(as_page(told))


_FORMS: Mapping[str, Printer] = {
    "table": partial(print_tables, wide=False),
    "wide": partial(print_tables, wide=True),
    "json": _print_json,
    "html": _print_page,
}
