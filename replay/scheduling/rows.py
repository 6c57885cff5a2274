"""Verified decisions as rows of the table scheduling_decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from engine.scheduler.cycle import Decision
from ingest.log.schema import SCHEDULING
from replay.scheduling.recorded import SCHEDULED
from replay.scheduling.verify import Verified

Row = dict[str, Any]

_GROUP_SCORES = 32_768
"""Scores in memory at once: each decision has some for every node."""


def tables(verified: Iterable[Verified]) -> Iterator[pa.Table]:
    """The rows, some at a time."""
    group: list[Row] = []
    size = 0
    for each in verified:
        row = _row(each)
        group.append(row)
        size += 1 + len(row.get("scores", ()))
        if size >= _GROUP_SCORES:
            yield pa.Table.from_pylist(group, schema=SCHEDULING.arrow)
            group, size = [], 0
    if group:
        yield pa.Table.from_pylist(group, schema=SCHEDULING.arrow)


def _row(verified: Verified) -> Row:
    decided, decision = verified.decided, verified.decision
    row: Row = {
        "decision": verified.number,
        "namespace": decided.namespace,
        "name": decided.name,
        "uid": decided.uid,
        "event": decided.event,
        "recorded_at": decided.recorded,
        "decided_at": decided.taken,
        "rv": decided.revision,
        "pod_rv": decided.own_revision,
        "position": verified.position,
        "assumed": verified.assumed,
        "node": decided.node or None,
        "message": decided.message or None,
        "verdict": verified.verdict,
        "plugin": verified.plugin or None,
        "cause": verified.cause.kind if verified.cause else None,
        "because": (verified.cause.words or None) if verified.cause else None,
    }
    return row if decision is None else row | _modelled(verified, decision)


def _modelled(verified: Verified, decision: Decision) -> Row:
    decided = verified.decided
    return {
        "in_best_set": decided.node in decision.best if decided.event == SCHEDULED else None,
        "best": decision.best,
        "feasible": len(decision.feasible),
        "modelled_message": decision.message or None,
        "scores": [*_rejections(decision), *_scores(decision)],
    }


def _rejections(decision: Decision) -> Iterator[Row]:
    """The first plugin that rejects each node; one of no node rejects them all."""
    status = decision.pre_filtered.status
    if not status.succeeded:
        yield {"node": None, "plugin": status.plugin, "reason": status.message}
    for node in sorted(decision.rejected):
        rejected = decision.rejected[node]
        yield {"node": node, "plugin": rejected.plugin, "reason": rejected.message}


def _scores(decision: Decision) -> Iterator[Row]:
    for plugin, scores in decision.scores.items():
        for node in sorted(scores.raw):
            normalized = scores.normalized[node]
            yield {
                "node": node,
                "plugin": plugin,
                "raw": scores.raw[node],
                "normalized": normalized,
                "weighted": scores.weight * normalized,
            }
