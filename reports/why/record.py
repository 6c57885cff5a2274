"""The same as JSON, for programs. Amounts are quantities, times RFC 3339."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson

from engine.scheduler.remedies.change import Change, Way
from engine.scheduler.remedies.search import Findings, Reason, Remedy
from ingest.log.times import show
from reports.why import changes, evidence
from reports.why.told import Said, Told, Waiting

Json = dict[str, Any]


def as_json(told: Told) -> str:
    """One object."""
    return orjson.dumps(_record(told), option=orjson.OPT_INDENT_2).decode() + "\n"


def _record(told: Told) -> Json:
    condition = told.scheduled
    return {
        "namespace": told.namespace,
        "name": told.name,
        "time": show(told.time),
        "phase": told.phase,
        "node": told.node,
        "created": _time(told.created),
        "deletion": _time(told.deleted),
        "schedulerName": told.scheduler,
        "podScheduled": condition
        and {
            "status": condition.status,
            "reason": condition.reason,
            "message": condition.message,
            "since": _time(condition.since),
        },
        "nominatedNodeName": told.nominated,
        "containers": _containers(told.containers),
        "events": [_event(each) for each in told.events],
        "nodes": told.nodes,
        "model": _found(told.findings) if told.findings else None,
        "notModelled": told.not_modelled,
        "unseen": told.unseen,
    }


def _time(micros: int | None) -> str | None:
    return None if micros is None else show(micros)


def _containers(waiting: Sequence[Waiting]) -> list[Json]:
    return [
        {"kind": each.kind, "name": each.name, "reason": each.reason, "message": each.message}
        for each in waiting
    ]


def _event(said: Said) -> Json:
    return {
        "time": show(said.time),
        "about": said.about,
        "type": said.type,
        "reason": said.reason,
        "message": said.message,
        "count": said.count,
    }


def _found(found: Findings) -> Json:
    preemption = found.decision.preemption
    return {
        "message": found.decision.message,
        "fits": found.fits,
        "reasons": [_reason(each) for each in found.reasons],
        "together": _remedy(found.together),
        "newNode": _remedy(found.new_node),
        "preemption": [
            {"node": each.node, "victims": [pod.key for pod in each.victims]}
            for each in (preemption.best if preemption else [])
        ],
    }


def _reason(reason: Reason) -> Json:
    return {
        "reason": reason.text,
        "plugins": reason.plugins,
        "nodes": reason.nodes,
        "alone": reason.alone,
        "evidence": {node: evidence.in_words(each) for node, each in reason.evidence},
        "remedies": [_remedy(each) for each in reason.remedies],
    }


def _remedy(remedy: Remedy | None) -> Json | None:
    if remedy is None:
        return None
    return {"fits": remedy.fits, "changes": _changes(remedy.changes)}


def _changes(way: Way) -> list[Json]:
    return [_change(each) for each in way]


def _change(change: Change) -> Json:
    """Its kind, its fields in the scheduler's units, and the words for it."""
    return {"change": type(change).__name__, **asdict(change), "words": changes.in_words(change)}
