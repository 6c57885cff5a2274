"""Where a pod can go: what engine.scheduler.cycle.Decision says, as far as it concerns placing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import ALL, FilterColumns, Numbers, Rows, ScoreColumns
from engine.scheduler.cycle import Decision
from engine.scheduler.pod_info import PodInfo


@dataclass(frozen=True, slots=True)
class Scored:
    """The nodes that can take a pod, with their scores, in columns."""

    names: Sequence[str]
    """Of all nodes."""
    chosen: Rows
    """Those that can take the pod."""
    totals: Numbers
    """Their scores."""
    best: Numbers
    """The indices of the best of them."""

    @property
    def feasible(self) -> list[str]:
        """The names of the chosen nodes."""
        if isinstance(self.chosen, slice):
            return list(self.names)
        return [self.names[index] for index in self.chosen.tolist()]


@dataclass(frozen=True, slots=True)
class Placement:
    """The answer to a pod: of the columns, else of the plain reading."""

    pod: PodInfo
    scored: Scored | None = None
    decision: Decision | None = None
    """Given if no node fits, or columns do not cover the pod."""
    uncovered: str = ""
    """What columns do not cover."""

    @property
    def node(self) -> str:
        """The first of the best, empty if there is none."""
        if self.scored is not None:
            return self.scored.names[int(self.scored.best[0])]
        return self.decision.node if self.decision is not None else ""

    @property
    def best(self) -> list[str]:
        """The nodes with the highest total, by name; Kubernetes draws one by chance."""
        if self.scored is not None:
            return [self.scored.names[index] for index in self.scored.best.tolist()]
        return self.decision.best if self.decision is not None else []

    @property
    def feasible(self) -> list[str]:
        """The nodes that can take the pod, by name."""
        if self.scored is not None:
            return self.scored.feasible
        return sorted(self.decision.feasible) if self.decision is not None else []

    @property
    def totals(self) -> dict[str, int]:
        """The score of each of them."""
        if self.scored is not None:
            return dict(zip(self.feasible, self.scored.totals.tolist(), strict=True))
        return self.decision.totals if self.decision is not None else {}


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plugins of a profile say of one kind of pod."""

    uncovered: str
    filters: Sequence[FilterColumns] = ()
    scores: Sequence[tuple[int, ScoreColumns]] = ()

    def feasible(self) -> Rows | None:
        """The nodes that pass all filters: a slice of all of them, or None if there is none."""
        masks = [mask for each in self.filters if (mask := each.passing()) is not None]
        if not masks:
            return ALL
        passing = masks[0] if len(masks) == 1 else np.logical_and.reduce(masks)
        number = np.count_nonzero(passing)
        if number == passing.size:
            return ALL
        return np.flatnonzero(passing) if number else None

    def totals(self, chosen: Rows, size: int) -> Numbers:
        """The weighted sum of the scores of the chosen nodes, of which there are so many."""
        total = np.zeros(size, dtype=np.int64)
        same = 0
        for weight, each in self.scores:
            points = each.points(chosen)
            if isinstance(points, int):
                same += weight * points
            else:
                total += points if weight == 1 else weight * points
        total += same
        return total


def placed(pod: PodInfo, plan: Plan, cluster: ClusterColumns) -> Scored | None:
    """Where a pod for which there is a plan can go; None if there is no node for it."""
    chosen = plan.feasible() if cluster.names else None
    if chosen is None:
        return None
    size = len(cluster.names) if isinstance(chosen, slice) else chosen.size
    totals = plan.totals(chosen, size)
    best = np.flatnonzero(totals == totals.max())
    if not isinstance(chosen, slice):
        best = chosen[best]
    nominated = cluster.index.get(pod.nominated_node_name)
    if nominated is not None and (isinstance(chosen, slice) or nominated in chosen):
        best = np.array([nominated], dtype=np.int64)
    return Scored(cluster.names, chosen, totals, best)
