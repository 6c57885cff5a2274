"""`replay --verify --only scheduler`: every recorded decision, asked of the model again.

The history is walked once, in the order of the writes, beside the decisions in theirs. Memory holds
the cluster, as the scheduler's cache does, and the decisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.scheduler.cycle import Decision, NotModelledError, schedule
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object
from engine.scheduler.strict import ConfigurationError
from ingest.log.asof import Position
from ingest.log.current import Snapshot
from replay.scheduling.causes import Cause, cause_of
from replay.scheduling.compare import is_equal, telling_plugin
from replay.scheduling.decided import Decided, read_decisions
from replay.scheduling.order import in_order
from replay.scheduling.profiles import Frameworks, framework_for, read_frameworks
from replay.scheduling.snapshot import NODES, OTHERS, PODS
from replay.scheduling.versions import read_versions
from replay.scheduling.walk import Walk

EQUAL, DIFFERENT, NOT_MODELLED = "equal", "different", "not_modelled"

_NEAR = 32
"""How many decisions before and after one are looked at for a cause."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A decision of the cluster, and what the model says of it."""

    number: int
    """From 1, in the order in which they are taken to have been decided."""
    decided: Decided
    position: Position
    """Of the last write that the cache is taken to hold."""
    assumed: int
    """How many pods it holds that were not seen on their nodes yet."""
    verdict: str
    """EQUAL, DIFFERENT or NOT_MODELLED."""
    decision: Decision | None = None
    """The model's; None where it is not modelled."""
    plugin: str = ""
    """Of a miss, the plugin that speaks most against what the cluster did."""
    cause: Cause | None = None
    """Of a miss."""


def verified(snapshot: Snapshot, config: Path | None) -> Iterator[Verified]:
    """Every decision that the record holds, with the model's. Raises ConfigurationError."""
    frameworks = read_frameworks(config)
    with duckdb.connect() as connection:
        decisions = in_order(read_decisions(snapshot, connection))
        versions = read_versions(snapshot, connection, (NODES, PODS, *OTHERS.values()))
        yield from _Verifier(Walk(decisions, versions), frameworks).all(decisions)


class _Verifier:
    """Goes through the decisions beside the history."""

    def __init__(self, walk: Walk, frameworks: Frameworks) -> None:
        self._walk = walk
        self._frameworks = frameworks

    def all(self, decisions: Sequence[Decided]) -> Iterator[Verified]:
        """Each of them, in order."""
        for number, (decided, pod) in enumerate(self._walk.decisions()):
            before = decisions[max(0, number - _NEAR) : number][::-1]
            after = decisions[number + 1 : number + 1 + _NEAR]
            yield self._verified(number + 1, decided, pod, before, after)

    def _verified(
        self,
        number: int,
        decided: Decided,
        pod: Object,
        before: Sequence[Decided],
        after: Sequence[Decided],
    ) -> Verified:
        walk, info = self._walk, PodInfo(pod)
        place = (number, decided, walk.position, walk.cache.assumed)
        if decided.node and walk.cache.get(NODES, ("", decided.node)) is None:
            return Verified(
                *place,
                NOT_MODELLED,
                cause=Cause(NOT_MODELLED, f"the record does not show the node {decided.node}"),
            )
        try:
            framework = framework_for(info, self._frameworks)
            decision = schedule(framework, walk.cache.snapshot(), info)
        except (ConfigurationError, NotModelledError) as problem:
            return Verified(*place, NOT_MODELLED, cause=Cause(NOT_MODELLED, str(problem)))
        if is_equal(decided, decision):
            return Verified(*place, EQUAL, decision)

        def agrees() -> bool:
            return is_equal(decided, schedule(framework, walk.cache.snapshot(), info))

        cause = cause_of(decided, walk, before, after, agrees)
        return Verified(*place, DIFFERENT, decision, telling_plugin(decided, decision), cause)
