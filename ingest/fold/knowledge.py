"""Of which resources the record holds everything: only there does what is not seen not exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from ingest.requests import ObjectKey

BIRTH = {
    "verb": "create", "api_group": "", "resource": "namespaces", "name": "kube-system", "code": 201
}  # fmt: skip
"""The API server makes this namespace when it starts on an empty store
(pkg/controlplane/controller/systemnamespaces, v1.36): a log with that line holds the whole life."""


@dataclass(slots=True)
class Knowledge:
    """What a log turns out to hold, while it is replayed."""

    whole: bool = False
    _unseen: set[tuple[str, str]] = field(default_factory=set)

    def foresee(self, batch: pa.RecordBatch) -> None:
        """Look through requests before any of them is applied.

        Servers and controllers ask for what is in the cluster's first namespace until it is there.
        """
        if not self.whole:
            fits = [pc.equal(batch[column], value) for column, value in BIRTH.items()]
            self.whole = bool(pc.any(reduce(pc.and_, fits)).as_py())

    def missed(self, key: ObjectKey) -> None:
        """Take notice of a version that nobody saw."""
        self._unseen.add((key.group, key.resource))

    def complete(self, group: str, resource: str) -> bool:
        """Whether an object of that resource that was not seen is not there."""
        return self.whole and (group, resource) not in self._unseen
