"""An explanation as JSON: one object with a key for each step of the cycle."""

from typing import Any

from engine.scheduler.contract import Code, Prepared, Status
from engine.scheduler.cycle import SCHEDULER_ERROR, Decision
from engine.scheduler.explanation import Explanation
from engine.scheduler.framework import Scores
from engine.scheduler.preemption import Preemption

Json = dict[str, Any]


def result(explanation: Explanation) -> Json:
    """All that was found out; what is empty is left out where it says nothing."""
    decision = explanation.decision
    found: Json = {
        "prefilter": {n: _prepared(each) for n, each in explanation.prepared.items()},
        "frameworkPreFilter": _framework_pre_filter(decision),
        "filterRan": explanation.filters,
        "filter": {
            node: {name: _status(each) for name, each in by_plugin.items()}
            for node, by_plugin in explanation.verdicts.items()
        },
        "frameworkFilter": {node: _status(each) for node, each in decision.rejected.items()},
        "feasible": sorted(decision.feasible),
    }
    if explanation.pre_enqueue:
        found["preEnqueue"] = {n: _status(each) for n, each in explanation.pre_enqueue.items()}
    if decision.scores:
        found["score"] = {name: _scores(each) for name, each in decision.scores.items()}
        found["total"] = decision.totals
    if decision.best:
        found["best"] = decision.best
    if decision.reason:
        found["reason"] = decision.reason
        found["error" if decision.reason == SCHEDULER_ERROR else "fitError"] = decision.message
    if decision.post_filter is not None:
        found["preemption"] = _preemption(decision.preemption, decision.post_filter)
    return found


def _status(status: Status) -> Json:
    found: Json = {"code": str(status.code)}
    if status.plugin:
        found["plugin"] = status.plugin
    if status.reasons:
        found["reasons"] = list(status.reasons)
    return found


def _prepared(prepared: Prepared) -> Json:
    found = _status(prepared.status)
    if prepared.status.code is Code.SKIP:
        found["skip"] = True
    if prepared.nodes is not None:
        found["nodes"] = sorted(prepared.nodes)
    return found


def _framework_pre_filter(decision: Decision) -> Json:
    found = _status(decision.pre_filtered.status)
    if decision.pre_filtered.nodes is not None:
        found["nodes"] = sorted(decision.pre_filtered.nodes)
    return found


def _scores(scores: Scores) -> Json:
    if scores.skipped:
        return {"weight": scores.weight, "skip": True}
    return {
        "weight": scores.weight,
        "nodes": {
            node: {"raw": raw, "normalized": scores.normalized[node]}
            for node, raw in scores.raw.items()
        },
    }


def _preemption(preemption: Preemption | None, status: Status) -> Json:
    message = {"reasons": [status.message]} if status.message else {}
    found: Json = {"status": {"code": str(status.code), **message}, "candidates": []}
    if preemption is None:
        return {"ran": False, "eligible": False, **found}
    found |= {"ran": True, "eligible": preemption.eligible}
    if preemption.eligible_message:
        found["eligibleMessage"] = preemption.eligible_message
    found["candidates"] = [
        {
            "node": candidate.node,
            "victims": [pod.key for pod in candidate.victims],
            "pdbViolations": candidate.violations,
        }
        for candidate in sorted(preemption.candidates, key=lambda each: each.node)
    ]
    if preemption.rejected:
        found["rejected"] = {n: _status(each) for n, each in preemption.rejected.items()}
    if preemption.best:
        found["best"] = sorted(candidate.node for candidate in preemption.best)
    if len(preemption.best) == 1:
        found["nominatedNode"] = preemption.best[0].node
        found["victims"] = [pod.key for pod in preemption.best[0].victims]
    if preemption.clears_nominated_node:
        found["clearsNominatedNode"] = True
    return found
