"""Which strategy is whose: a plain table, each file of kinds adds its own."""

from collections.abc import Mapping

from engine.apiserver.strategy.contract import Strategy

_KINDS: tuple[Mapping[tuple[str, str], Strategy], ...] = ()

STRATEGIES: Mapping[tuple[str, str], Strategy] = {
    kind: strategy for kinds in _KINDS for kind, strategy in kinds.items()
}
"""(apiVersion, kind) -> its strategy."""
