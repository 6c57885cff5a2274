"""Decisions as JSON, each with the annotations that kube-scheduler-simulator gives a pod.

Their keys and values, which are JSON in text, are those of simulator/scheduler/plugin/annotation/
annotation.go and plugin/resultstore/store.go of kubernetes-sigs/kube-scheduler-simulator. What is
not modelled (Reserve, Permit, PreBind, Bind) has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from engine.scheduler.contract import Status
from engine.scheduler.cycle import Decision
from engine.scheduler.explanation import Explanation
from ingest.log.times import show
from reports.scheduling.told import Told

_PREFIX = "scheduler-simulator/"
_PASSED, _SUCCESS, _VICTIM = "passed", "success", "preemption victim"

ByNode = dict[str, dict[str, str]]
"""By node and plugin."""


def as_json(told: Iterable[Told]) -> str:
    """A list with an object for each decision."""
    shown = [_record(each) for each in told]
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n"


def _record(told: Told) -> dict[str, Any]:
    decision = told.explanation.decision
    return {
        "namespace": told.namespace,
        "name": told.name,
        "time": show(told.time),
        "resourceVersion": told.revision,
        "recorded": {"event": told.event, "node": told.node, "message": told.message},
        "best": decision.best,
        "totals": decision.totals,
        "message": decision.message,
        "assumed": told.assumed,
        "unseen": told.unseen,
        "annotations": result_annotations(told),
    }


def result_annotations(told: Told) -> dict[str, str]:
    """The selected node is the cluster's, where it decided; else the first of the best."""
    explanation = told.explanation
    decision = explanation.decision
    pre_filters = {
        name: each
        for name, each in explanation.prepared.items()
        if name in decision.pre_filtered.ran
    }
    named = {n: sorted(each.nodes) for n, each in pre_filters.items() if each.nodes is not None}
    # One node alone is not scored by Kubernetes, nor one that is nominated.
    scored = decision.scores if len(decision.feasible) > 1 else {}
    score: ByNode = {}
    final: ByNode = {}
    for plugin, scores in scored.items():
        for node, raw in scores.raw.items():
            score.setdefault(node, {})[plugin] = str(raw)
            weighted = scores.weight * scores.normalized[node]
            final.setdefault(node, {})[plugin] = str(weighted)
    results: dict[str, Mapping[str, Any]] = {
        "prefilter-result-status": {n: _message(each.status) for n, each in pre_filters.items()},
        "prefilter-result": named,
        "filter-result": _filtered(explanation),
        "postfilter-result": _post_filtered(decision),
        "prescore-result": {n: "" if each.skipped else _SUCCESS for n, each in scored.items()},
        "score-result": score,
        "finalscore-result": final,
    }
    found = {_PREFIX + name: orjson.dumps(each).decode() for name, each in results.items()}
    node = told.node if told.event else decision.node
    return found | {f"{_PREFIX}selected-node": node}


def _message(status: Status) -> str:
    return _SUCCESS if status.succeeded else status.message


def _filtered(explanation: Explanation) -> ByNode:
    """What each plugin said of each node that was looked at, up to the first that rejects it."""
    decision = explanation.decision
    passed = dict.fromkeys(explanation.filters, _PASSED)
    found = dict.fromkeys(decision.feasible, passed)
    for node, status in decision.rejected.items():
        asked = explanation.filters.index(status.plugin)
        found[node] = dict.fromkeys(explanation.filters[:asked], _PASSED)
        found[node][status.plugin] = status.message
    return dict(sorted(found.items()))


def _post_filtered(decision: Decision) -> ByNode:
    if decision.preemption is None:
        return {}
    victims = {candidate.node for candidate in decision.preemption.best[:1]}
    return {
        node: {"DefaultPreemption": _VICTIM} if node in victims else {}
        for node in sorted(decision.rejected)
    }
