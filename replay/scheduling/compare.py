"""A decision of the model beside that of the cluster."""

from __future__ import annotations

import re
from collections import Counter

from engine.scheduler.cycle import Decision
from engine.scheduler.framework import Scores
from engine.scheduler.plugins.default_preemption import DefaultPreemption
from replay.scheduling.decided import Decided, cut
from replay.scheduling.recorded import SCHEDULED

_COUNTED = re.compile(r"(\d+) (.+)")


def is_equal(decided: Decided, decision: Decision) -> bool:
    """Whether the recorded node is among the best, or the message is the same."""
    if decided.event == SCHEDULED:
        return decided.node in decision.best
    return bool(decision.message) and decided.message in (decision.message, cut(decision.message))


def telling_plugin(decided: Decided, decision: Decision) -> str:
    """The plugin that speaks most against what the cluster did; empty if none does."""
    if decided.event != SCHEDULED:
        return _plugin_of_message(decided.message, decision)
    if decided.node in decision.rejected:
        return decision.rejected[decided.node].plugin
    if decided.node not in decision.totals:
        return decision.pre_filtered.status.plugin
    deficits = {
        name: _deficit(scores, decision.node, decided.node)
        for name, scores in decision.scores.items()
    }
    return max(deficits, key=lambda name: deficits[name]) if deficits else ""


def _deficit(scores: Scores, best: str, node: str) -> int:
    """How much more the plugin gives the best node, weighted."""
    if scores.skipped:
        return 0
    return scores.weight * (scores.normalized[best] - scores.normalized[node])


def _plugin_of_message(message: str, decision: Decision) -> str:
    """The plugin of a reason that other nodes have in the message; else it is about preemption."""
    modelled: Counter[str] = Counter()
    plugins: dict[str, str] = {}
    for node in sorted(decision.rejected):
        status = decision.rejected[node]
        modelled.update(status.reasons)
        plugins.update(dict.fromkeys(status.reasons, status.plugin))
    told = Counter(_reasons(message))
    differing = [
        reason for reason in sorted({*told, *modelled}) if told[reason] != modelled[reason]
    ]
    if not differing and decision.message:
        return DefaultPreemption.name
    return next((plugins[reason] for reason in differing if reason in plugins), "")


def _reasons(message: str) -> dict[str, int]:
    """`0/3 nodes are available: 1 Insufficient cpu, 2 …. preemption: …`, the first list of it."""
    _, _, rest = message.partition(": ")
    listed = (_COUNTED.match(part) for part in rest.partition(". ")[0].rstrip(".").split(", "))
    return {found[2]: int(found[1]) for found in listed if found}
