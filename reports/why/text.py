"""Why a pod does not run, for a person at three in the morning: what is most telling first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from engine.scheduler.remedies.cluster_changes import AddNode
from engine.scheduler.remedies.search import Findings, Reason, Remedy
from ingest.log.times import show
from reports.figures import duration
from reports.kubectl.terminal import escape_line
from reports.why import changes, evidence
from reports.why.told import Told
from reports.words import counted, some

GROUPS_MAX = 3
"""So many different things behind a reason are told."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the answer: how far in it stands, and whether it is a heading or an aside."""

    text: str
    indent: int = 0
    style: str = ""


def print_text(told: Told, out: IO[str]) -> None:
    """As wide as the terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False)
    for line in lines(told):
        text = Text(escape_line(line.text), style=line.style)
        for part in text.wrap(console, console.width - line.indent, overflow="fold") or [text]:
            part.rstrip()
            console.print(Text(" " * line.indent) + part, soft_wrap=True)


def lines(told: Told) -> Iterator[Line]:
    """The whole answer."""
    yield Line(_heading(told), style="bold")
    yield from _scheduling(told)
    if told.findings is not None:
        yield from _found(told, told.findings)
    yield from _containers(told)
    yield from _events(told)
    if told.unseen:
        left_out = counted(told.unseen, "object")
        yield Line(f"note: left out: {left_out} whose body is not in the log", style="dim")


def _heading(told: Told) -> str:
    pod = f"{told.namespace}/{told.name}"
    since = told.scheduled.since if told.scheduled and told.scheduled.status == "True" else None
    bound = f" since {show(since)}" if since is not None else ""
    if told.phase in ("Succeeded", "Failed"):
        return f"{pod} has ended ({told.phase})" + (f": it ran on {told.node}" if told.node else "")
    if told.deleted is not None:
        return f"{pod} is being deleted" + (
            f", on {told.node}" if told.node else ", without a node"
        )
    if told.node and told.phase == "Pending":
        return f"{pod} is Pending: it has the node {told.node}{bound}, its containers do not run"
    if told.node:
        return f"{pod} is {told.phase} on {told.node}{bound}"
    return f"{pod} is Pending{_for_how_long(told)}"


def _for_how_long(told: Told) -> str:
    if told.created is None:
        return ""
    return f" for {duration((told.time - told.created) / 1000)}, since {show(told.created)}"


def _scheduling(told: Told) -> Iterator[Line]:
    """What the scheduler did, as the record has it."""
    if told.node:
        command = f"kuberewind schedule {told.name} -n {told.namespace}"
        yield Line(f"why it is there: {command}", style="dim")
        return
    if told.phase in ("Succeeded", "Failed") or told.deleted is not None:
        return
    if not told.known_scheduler:
        yield Line(
            f"it asks for the scheduler {told.scheduler!r}, of which nothing is known here: others "
            "leave it alone; --config FILE says that it is a kube-scheduler, and with which profile"
        )
    if told.scheduled is None:
        yield Line("no scheduler has looked at it: it has no PodScheduled condition")
    elif told.scheduled.message:
        modelled = told.findings.decision.message if told.findings else ""
        same = " and modelled" if modelled == told.scheduled.message else ""
        yield Line(f"recorded{same}: {told.scheduled.message}")
    if told.not_modelled:
        yield Line(told.not_modelled)


def _found(told: Told, found: Findings) -> Iterator[Line]:
    """What the model says."""
    recorded = told.scheduled.message if told.scheduled else ""
    if found.decision.message and found.decision.message != recorded:
        yield Line(f"modelled: {found.decision.message}")
    yield from _preemption(told, found)
    if found.fits:
        nodes = some(found.fits)
        yield Line(
            f"by the model it fits now, on {nodes}: it was not tried again yet, or the scheduler "
            "knew more than the record"
        )
        return
    said: set[str] = set()
    for reason in found.reasons:
        yield from _reason(reason, said)
    yield from _remedies(found)


def _preemption(told: Told, found: Findings) -> Iterator[Line]:
    if told.nominated:
        yield Line(f"preemption made room on {told.nominated}, which is kept for it")
    for candidate in (found.decision.preemption.best if found.decision.preemption else [])[:1]:
        victims = some([pod.key for pod in candidate.victims])
        yield Line(f"preemption: {candidate.node} would be freed of {victims}")


def _reason(reason: Reason, said: set[str]) -> Iterator[Line]:
    """`said`: what stood behind another reason, and is not told again."""
    yield Line("")
    yield Line(
        f"{counted(len(reason.nodes), 'node')}: {reason.text}{_beside(reason)}", style="bold"
    )
    groups = _grouped(reason)
    # What is never alone against a node is not what to look at first.
    shown = groups[: GROUPS_MAX if reason.alone else 1]
    for words, nodes in shown:
        new = words and words not in said
        yield Line(f"{some(nodes)}: {words}" if new else some(nodes), 2)
    said.update(words for words, _ in shown)
    others = [node for _, nodes in groups[len(shown) :] for node in nodes]
    if others:
        yield Line(f"also {some(others)}", 2, "dim")
    for remedy in reason.remedies:
        yield Line(would_fit(remedy), 2, "green")


def _beside(reason: Reason) -> str:
    if reason.alone == len(reason.nodes):
        return ""
    return f"; on {reason.alone} of them nothing else" if reason.alone else "; never alone"


def _grouped(reason: Reason) -> list[tuple[str, list[str]]]:
    """(what stands behind it, the nodes of which that is so), the nearest to fitting first."""
    behind = dict(reason.evidence)
    groups: dict[str, list[str]] = {}
    for node in reason.nodes:
        words = evidence.in_words(behind[node]) if node in behind else ""
        groups.setdefault(words, []).append(node)
    return list(groups.items())


def _remedies(found: Findings) -> Iterator[Line]:
    """What is not of one reason alone."""
    told = [remedy for reason in found.reasons for remedy in reason.remedies]
    if found.together or found.new_node or not told:
        yield Line("")
    if found.together:
        several = "all at once: " if len(found.together.changes) > 1 else ""
        yield Line(f"{several}{would_fit(found.together)}", style="green")
    if found.new_node:
        first = "or: " if told or found.together else ""
        yield Line(f"{first}{would_fit(found.new_node)}", style="green")
    if not (told or found.together or found.new_node):
        yield Line("nothing was found with which the model would let it in", style="bold")


def would_fit(remedy: Remedy) -> str:
    """`it would fit on n1 if it requested 2 of cpu instead of 4`."""
    new = {change.name for change in remedy.changes if isinstance(change, AddNode)}
    nodes = [node for node in remedy.fits if node not in new]
    where = f" on {some(nodes)}" if nodes else ""
    return f"it would fit{where} if {' and '.join(map(changes.in_words, remedy.changes))}"


def _containers(told: Told) -> Iterator[Line]:
    for each in told.containers:
        message = f": {each.message}" if each.message else ""
        yield Line(f"{each.kind} {each.name} waits: {each.reason}{message}", 2)


def _events(told: Told) -> Iterator[Line]:
    """The last Events of a pod that does not run; the scheduler's last one is told above."""
    if told.phase != "Pending" and not told.containers:
        return
    shown = [each for each in told.events if told.node or each.reason != "FailedScheduling"]
    if shown:
        yield Line("")
        yield Line("last events", style="bold")
    for each in shown:
        times = f" ({each.count} times)" if each.count > 1 else ""
        yield Line(f"{show(each.time)} {each.about}: {each.reason}: {each.message}{times}", 2)
