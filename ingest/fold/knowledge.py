"""Of which resources the record holds everything: only there does what is not seen not exist."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.requests import Step
from ingest.version import Version

BIRTH = ("", "namespaces", "kube-system")
"""The API server makes this namespace when it starts on an empty store
(pkg/controlplane/controller/systemnamespaces, v1.36): a log with that line holds the whole life."""


@dataclass(slots=True)
class Knowledge:
    """What a log turns out to hold, while it is replayed."""

    whole: bool = False
    _unseen: set[tuple[str, str]] = field(default_factory=set)

    def learn(self, step: Step, version: Version) -> None:
        """Take notice of a new version."""
        key = version.key
        if version.type == "PUT" and version.body is None:
            self._unseen.add((key.group, key.resource))
        if step.request.verb == "create" and (key.group, key.resource, key.name) == BIRTH:
            self.whole = True

    def complete(self, group: str, resource: str) -> bool:
        """Whether an object of that resource that was not seen is not there."""
        return self.whole and (group, resource) not in self._unseen
