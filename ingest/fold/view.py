"""The replayed cluster as the API server's rules look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.schema.resources import storage_key
from ingest.bodies import Object
from ingest.fold.state import State
from ingest.requests import ObjectKey
from ingest.version import Version

PARSED_MAX = 512
"""Objects that many writes are decided by (namespaces, classes, limits) are parsed once."""


@dataclass(slots=True)
class StateView:
    """`engine.apiserver.verbs.contract.View` of a State."""

    state: State
    _parsed: dict[ObjectKey, tuple[Version, Object | None]] = field(default_factory=dict)

    def get(self, group: str, resource: str, namespace: str, name: str) -> Object | None:
        """One object, None if there is none or its body was not seen."""
        return self._body(ObjectKey(*storage_key(group, resource), namespace, name))

    def objects(self, group: str, resource: str, namespace: str = "") -> Iterator[Object]:
        """The objects of a resource whose bodies were seen, in the order of their keys."""
        for key in self.state.index.of(*storage_key(group, resource)):
            if not namespace or key.namespace == namespace:
                body = self._body(key)
                if body is not None:
                    yield body

    def knows(self, group: str, resource: str) -> bool:
        """Whether what is not there is known to be absent."""
        return self.state.knowledge.complete(*storage_key(group, resource))

    def _body(self, key: ObjectKey) -> Object | None:
        version = self.state.live.get(key)
        if version is None:
            return None
        found = self._parsed.get(key)
        if found is not None and found[0] is version:
            return found[1]
        body = self.state.body(key)
        if len(self._parsed) >= PARSED_MAX:
            self._parsed.clear()
        self._parsed[key] = (version, body)
        return body
