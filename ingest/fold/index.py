"""The few objects by which writes of others are decided: found by resource, not by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.requests import ObjectKey

DECIDING = frozenset({
    ("", "limitranges"),
    ("", "resourcequotas"),
    ("", "services"),
    ("networking.k8s.io", "ingressclasses"),
    ("networking.k8s.io", "servicecidrs"),
    ("scheduling.k8s.io", "priorityclasses"),
    ("storage.k8s.io", "storageclasses"),
})  # fmt: skip
"""(group, resource) of which the plugins and allocation of engine.apiserver look through all."""


@dataclass(slots=True)
class Index:
    """The keys of such objects, by resource."""

    _keys: dict[tuple[str, str], dict[ObjectKey, None]] = field(default_factory=dict)

    def add(self, key: ObjectKey) -> None:
        """There is an object."""
        if key[:2] in DECIDING:
            self._keys.setdefault(key[:2], {})[key] = None

    def remove(self, key: ObjectKey) -> None:
        """There is none any more."""
        if key[:2] in DECIDING:
            self._keys.get(key[:2], {}).pop(key, None)

    def of(self, group: str, resource: str) -> Iterable[ObjectKey]:
        """The keys of a resource's objects, in order. Raises LookupError for other resources."""
        if (group, resource) not in DECIDING:
            raise LookupError(f"{resource}.{group} is not indexed")
        return sorted(self._keys.get((group, resource), ()))
