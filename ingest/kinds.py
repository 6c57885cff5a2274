"""Which kind a resource holds: from the schema, or learned from answers (custom resources)."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.schema.resources import catalog
from ingest.requests import ObjectKey


@dataclass(slots=True)
class KindLookup:
    """Kind and apiVersion of objects by (group, resource)."""

    _learned: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def of(self, key: ObjectKey, version: str) -> tuple[str, str]:
        """(apiVersion, kind) of the object at `key`.

        Where neither an answer nor the schema told, the kind is empty and the version `version`.
        """
        learned = self._learned.get((key.group, key.resource))
        if learned is not None:
            return learned
        resource = catalog().by_name(key.group, key.resource)
        if resource is not None:
            return resource.api_version, resource.kind
        return f"{key.group}/{version}" if key.group else version, ""

    def learn(self, key: ObjectKey, api_version: str, kind: str) -> None:
        """Remember what an answer showed."""
        self._learned[key.group, key.resource] = (api_version, kind)
