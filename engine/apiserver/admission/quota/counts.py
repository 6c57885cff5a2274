"""Objects that are only counted.

Source: k8s.io/apiserver pkg/quota/v1/generic/evaluator.go (objectCountEvaluator),
pkg/quota/v1/evaluator/core/registry.go (legacyObjectCountAliases), v1.36.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.apiserver.admission.amounts import Amounts
from engine.apiserver.admission.contract import Attributes
from engine.apiserver.admission.quota.contract import ONE, Evaluator
from engine.apiserver.verbs.contract import Object

PLAIN_NAMES = frozenset({"configmaps", "resourcequotas", "replicationcontrollers", "secrets"})
"""Resources of the core group that are counted under their own names too."""


@dataclass(frozen=True)
class Counts(Evaluator):
    """Each object counts one."""

    group: str
    resource: str

    def handles(self, attributes: Attributes) -> bool:
        """Only creating changes the count."""
        return attributes.creates

    def names(self, hard: Collection[str]) -> list[str]:
        """`count/` and the resource's name."""
        return sorted(name for name in self._names() if name in hard)

    def usage(self, obj: Object, now_seconds: int) -> Amounts:
        """One of each name."""
        return dict.fromkeys(self._names(), ONE)

    def _names(self) -> list[str]:
        names = [count_name(self.group, self.resource)]
        return names + ([self.resource] if not self.group and self.resource in PLAIN_NAMES else [])


def count_name(group: str, resource: str) -> str:
    """How quotas call the number of objects of a resource (ObjectCountQuotaResourceNameFor)."""
    return f"count/{resource}.{group}" if group else f"count/{resource}"
