"""Decisions as one HTML page: for each a grid of nodes and plugins, the best nodes first.

The page needs no network and looks as the report does. What stands in a cell is what one plugin
said of one node, none stopping another: why it rejects it, or its score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import Template

from engine.scheduler.cycle import Decision
from engine.scheduler.explanation import Explanation
from reports.blocks import as_html, escaped
from reports.contract import Facts, Note
from reports.frame import policy, read
from reports.scheduling.told import Told
from reports.scheduling.words import heading, lines, rank, verdict
from reports.words import some

_ABOUT = (
    "Under each plugin: why it rejects the node, or its raw score → the same normalized → that "
    "times the plugin's weight, which is what adds up to the total."
)


# Where a plugin's name may be broken into lines: NodeResources|Balanced|Allocation.
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def as_page(told: Sequence[Told]) -> str:
    """The whole page as HTML text, for at least one decision."""
    script = read("reports.templates", "schedule.js")
    style = (read("reports.templates", name) for name in ("report.css", "schedule.css"))
    first = told[0]
    return Template(read("reports.templates", "schedule.html")).substitute(
        title=escaped(f"Scheduling of {first.namespace}/{first.name}"),
        policy=policy(script),
        style="".join(style),
        links=_links(told) if len(told) > 1 else "",
        about=escaped(_ABOUT),
        body="".join(_decision(each, number, len(told)) for number, each in enumerate(told, 1)),
        script=script,
    )


def _links(told: Sequence[Told]) -> str:
    names = (f"{number}: {each.event}" for number, each in enumerate(told, 1))
    return "".join(f'<a href="#{n}">{escaped(name)}</a>' for n, name in enumerate(names, 1))


def _decision(told: Told, number: int, count: int) -> str:
    """One decision, folded unless it is the last: what came of it is what is asked for first."""
    title, when = heading(told)
    notes = "".join(as_html(Note(line), 0) for line in lines(told))
    return (
        f'<details class="decision" id="{number}"{" open" if number == count else ""}>'
        f"<summary><h2>{escaped(title)}</h2> <span>{escaped(when)}</span></summary>\n"
        f"{as_html(Facts(tuple(_facts(told))), 0)}{notes}\n{_grid(told)}</details>\n"
    )


def _facts(told: Told) -> Iterator[tuple[str, str]]:
    decision = told.explanation.decision
    if told.event:
        yield "the cluster chose", told.node or "no node"
    elif told.node:
        yield "the pod is on", told.node
    yield "best by the model", some(decision.best) or "no node"
    yield "nodes that fit", f"{len(decision.feasible):,} of {len(told.nodes):,}"


def _grid(told: Told) -> str:
    explanation = told.explanation
    plugins = _plugins(explanation)
    titles = "".join(f'<th scope="col">{_title(explanation, plugin)}</th>' for plugin in plugins)
    nodes = sorted(told.nodes, key=lambda name: rank(explanation.decision, name))
    rows = "".join(_row(told, node, plugins) for node in nodes)
    return (
        '<div class="table grid"><table><thead><tr><th scope="col">Node</th>'
        '<th scope="col">Verdict</th><th scope="col" class="number">Total</th>'
        f"{titles}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
    )


def _plugins(explanation: Explanation) -> list[str]:
    """Those that say something of any node, in the order of the profile."""
    rejecting = {name for each in explanation.verdicts.values() for name in each}
    scores = explanation.decision.scores
    scoring = [name for name, each in scores.items() if not each.skipped]
    ordered = dict.fromkeys((*explanation.filters, *scoring))
    return [name for name in ordered if name in rejecting or name in scoring]


def _title(explanation: Explanation, plugin: str) -> str:
    scores = explanation.decision.scores.get(plugin)
    weight = f" <span>×{scores.weight}</span>" if scores and not scores.skipped else ""
    return _WORD.sub("<wbr>", escaped(plugin)) + weight


def _row(told: Told, node: str, plugins: Sequence[str]) -> str:
    decision = told.explanation.decision
    total = str(decision.totals.get(node, ""))
    cells = "".join(_cell(told.explanation, node, plugin) for plugin in plugins)
    return (
        f'<tr class="{_mark(decision, node)}{" chosen" if node == told.node else ""}">'
        f'<th scope="row"><div>{escaped(node)}</div></th><td>{escaped(verdict(told, node))}</td>'
        f'<td class="number">{total}</td>{cells}</tr>\n'
    )


def _mark(decision: Decision, node: str) -> str:
    if node not in decision.feasible:
        return "rejected"
    return "best" if node in decision.best else "fits"


def _cell(explanation: Explanation, node: str, plugin: str) -> str:
    status = explanation.verdicts.get(node, {}).get(plugin)
    if status is not None:
        return f'<td class="no">{escaped(status.message)}</td>'
    scores = explanation.decision.scores.get(plugin)
    if scores is None or node not in scores.normalized:
        return "<td></td>"
    normalized = scores.normalized[node]
    return (
        f'<td class="score">{scores.raw[node]:,} → {normalized} → '
        f"<b>{scores.weight * normalized}</b></td>"
    )
