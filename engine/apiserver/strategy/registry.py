"""Which strategy is whose: a plain table, each file of kinds adds its own."""

from collections.abc import Mapping

from engine.apiserver.strategy.cluster import CLUSTER
from engine.apiserver.strategy.contract import Strategy
from engine.apiserver.strategy.kinds_of_core import KINDS as CORE
from engine.apiserver.strategy.workloads import WORKLOADS

_KINDS: tuple[Mapping[tuple[str, str], Strategy], ...] = (CORE, WORKLOADS, CLUSTER)

STRATEGIES: Mapping[tuple[str, str], Strategy] = {
    kind: strategy for kinds in _KINDS for kind, strategy in kinds.items()
}
"""(apiVersion, kind) -> its strategy."""
