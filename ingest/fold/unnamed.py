"""Objects that were created with a generated name, which only the answer showed.

The first request that names an object which nobody created tells the name of the oldest one with
that beginning: a ReplicaSet's pods are alike until they have names.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from engine.apiserver.verbs.metadata import GENERATED_SUFFIX_BYTES
from engine.model.timestamp import TimestampError, parse_seconds
from ingest.bodies import Object, metadata_of, parsed, part
from ingest.requests import ObjectKey, Step
from ingest.version import Version

if TYPE_CHECKING:
    from ingest.fold.state import State

UNKNOWN = "?"
"""No object's name has this character: it marks the end of a name that was not learned."""


GUESSED = ("metadata.name", "metadata.creationTimestamp")
"""What is not certain of an object whose name several could have."""

MICROSECONDS = 1_000_000


@dataclass(slots=True)
class Unnamed:
    """The objects whose names are still to be learned, by place and beginning of the name."""

    _waiting: dict[ObjectKey, deque[Version]] = field(default_factory=dict)
    _count: int = 0

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._waiting)

    def add(self, state: State, step: Step, body: Object) -> Version:
        """A new object without a name: its first version."""
        prefix = str(metadata_of(body).get("generateName") or "")
        self._count += 1
        key = step.key.named(f"{prefix}{UNKNOWN}{self._count}")
        version = state.derive(step, key, body, change="created")
        self._waiting.setdefault(step.key.named(prefix), deque()).append(version)
        return version

    def adopt(self, state: State, key: ObjectKey, node: str = "", born: str = "") -> None:
        """Learn from a request that there is an object of that name, on that node if one is given.

        `born` is its time of creation, if the request shows it. A DaemonSet's pods differ in the
        node that each is made for. Where several fit, which of them it is is a guess.
        """
        beginning = key.named(key.name[:-GENERATED_SUFFIX_BYTES])
        waiting = self._waiting.get(beginning)
        if not waiting:
            return
        fits = (one for one in waiting if _may_be_on(one, node) and _may_be_born(one, born))
        fitting = list(islice(fits, 2))
        if not fitting:
            return
        version = fitting[0]
        waiting.remove(version)
        if len(fitting) > 1:
            version.guessed = GUESSED
        if not waiting:
            del self._waiting[beginning]
        state.rename(version, key)
        body = parsed(version.body)
        body["metadata"] = {**metadata_of(body), "name": key.name}
        version.spell(body)
        state.objects.hold(version, body)


def _may_be_born(version: Version, born: str) -> bool:
    """Whether an object can have been created at that second."""
    try:
        second = parse_seconds(born) if born else 0
    except TimestampError:
        return False
    request = version.step.request
    first, last = request.received // MICROSECONDS, request.ended // MICROSECONDS
    return not born or first <= second <= last


def _may_be_on(version: Version, node: str) -> bool:
    """Whether a pod may run on a node, as far as it names nodes itself.

    Source: pkg/controller/daemon/util/daemonset_util.go (ReplaceDaemonSetPodNodeNameNodeAffinity),
    v1.36.
    """
    if not node or "matchFields" not in (version.body or ""):
        return True
    if f'"{node}"' not in (version.body or ""):
        return False
    affinity = part(parsed(version.body), "spec", "affinity", "nodeAffinity")
    terms = part(affinity, "requiredDuringSchedulingIgnoredDuringExecution").get(
        "nodeSelectorTerms"
    )
    return any([node] == field.get("values") for term in terms or () for field in _fields(term))


def _fields(term: Any) -> list[Object]:
    fields = term.get("matchFields") if isinstance(term, dict) else None
    return [field for field in fields if isinstance(field, dict)] if fields else []
