"""Which kind a resource holds: from the schema, or learned from answers (custom resources)."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.requests import ObjectKey


@dataclass(slots=True)
class KindLookup:
    """Kind and apiVersion of objects by (group, resource)."""

    _learned: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def of(self, key: ObjectKey, version: str) -> tuple[str, str]:
        """(apiVersion, kind) of the object at `key`; `version` if nothing better is known."""
        found = self._learned.get((key.group, key.resource))
        if found is not None:
            return found
        from schema_tmp import BUILTIN
        v,k = BUILTIN.get((key.group, key.resource), (version, ""))
        return (f"{key.group}/{v}" if key.group else v), k

    def learn(self, key: ObjectKey, api_version: str, kind: str) -> None:
        """Remember what an answer showed."""
        self._learned[(key.group, key.resource)] = (api_version, kind)
