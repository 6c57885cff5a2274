"""How far the model of the scheduler decides as the cluster did: for a person, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import orjson

from ingest.log.times import show
from reports.kubectl.terminal import escape_json, escape_line
from reports.scheduling.outcome import Missed, Outcome
from reports.tables import OutputError
from reports.words import counted

Printer = Callable[[Outcome, IO[str]], None]

CAUSES: Mapping[str, str] = {
    "behind": "the scheduler had not seen a write yet",
    "ahead": "it had seen one before it was surely in force",
    "order": "another pod was decided on sooner, or later",
    "unknown": "no write that is near makes the difference",
}
"""In the order in which they are shown."""

MISSES_MAX = 20
"""How many are told one by one: a query has them all."""

_ALL = "kuberewind sql \"SELECT * FROM scheduling_decisions WHERE verdict = 'different'\""


def printer(form: str) -> Printer:
    """What prints in a form: table, json. Raises OutputError."""
    if form not in _FORMS:
        raise OutputError(f"there is no output form {form!r}: choose one of {', '.join(_FORMS)}")
    return _FORMS[form]


def print_table(outcome: Outcome, out: IO[str]) -> None:
    """The numbers, the misses by plugin and cause, and the first of them."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(file=out, highlight=False)
    for line in _totals(outcome):
        console.print(Text(escape_line(line)))
    if not outcome.misses:
        return
    console.print()
    console.print(_by_plugin(outcome))
    for cause in _causes(outcome):
        console.print(Text(f"{cause}: {CAUSES[cause]}", style="dim"))
    for miss in outcome.misses[:MISSES_MAX]:
        console.print()
        heading, *lines = _told(miss)
        console.print(Text(escape_line(heading), style="bold"))
        for line in lines:
            console.print(Padding(Text(escape_line(line)), (0, 0, 0, 2)))
    if len(outcome.misses) > MISSES_MAX:
        more = len(outcome.misses) - MISSES_MAX
        console.print()
        console.print(Text(f"and {more:,} more: {_ALL}"), soft_wrap=True)


def _totals(outcome: Outcome) -> Iterator[str]:
    if not outcome.bindings and not outcome.failures and not outcome.not_modelled:
        yield "the record holds no decision of the scheduler"
        return
    yield f"bindings in the best set  {_share(outcome.in_best_set, outcome.bindings)}"
    yield f"messages equal            {_share(outcome.equal_messages, outcome.failures)}"
    for what, number in sorted(outcome.not_modelled.items()):
        yield f"not asked: {counted(number, 'decision')}: {what}"


def _share(part: int, whole: int) -> str:
    share = f"  {100 * part / whole:.2f} %" if whole else ""
    return f"{part:,} of {whole:,}{share}"


def _by_plugin(outcome: Outcome) -> Any:
    from rich import box
    from rich.table import Table

    found = Counter((miss.plugin, miss.cause) for miss in outcome.misses)
    causes = _causes(outcome)
    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("MISSES BY PLUGIN", overflow="fold")
    for cause in causes:
        table.add_column(cause.upper(), justify="right")
    for plugin in sorted({miss.plugin for miss in outcome.misses}):
        numbers = [found[plugin, cause] for cause in causes]
        table.add_row(plugin or "none alone", *(f"{each:,}" if each else "" for each in numbers))
    return table


def _causes(outcome: Outcome) -> list[str]:
    return [cause for cause in CAUSES if any(miss.cause == cause for miss in outcome.misses)]


def _told(miss: Missed) -> Iterator[str]:
    yield f"{miss.number}: {miss.event} {miss.namespace}/{miss.name}, {show(miss.time)}"
    yield f"recorded: {miss.recorded}"
    yield f"modelled: {miss.modelled}"
    yield f"{miss.cause}: {miss.because}" if miss.because else CAUSES[miss.cause]


def print_json(outcome: Outcome, out: IO[str]) -> None:
    """One object."""
    document = {
        "bindings": outcome.bindings,
        "inBestSet": outcome.in_best_set,
        "failures": outcome.failures,
        "equalMessages": outcome.equal_messages,
        "notModelled": dict(sorted(outcome.not_modelled.items())),
        "misses": [_record(miss) for miss in outcome.misses],
    }
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"
    out.write(escape_json(text) if out.isatty() else text)


def _record(miss: Missed) -> dict[str, Any]:
    return {
        "decision": miss.number,
        "event": miss.event,
        "namespace": miss.namespace,
        "name": miss.name,
        "time": show(miss.time),
        "recorded": miss.recorded,
        "modelled": miss.modelled,
        "plugin": miss.plugin,
        "cause": miss.cause,
        "because": miss.because,
    }


_FORMS: Mapping[str, Printer] = {"table": print_table, "json": print_json}
