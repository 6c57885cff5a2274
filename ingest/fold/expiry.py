"""Kubernetes Events expire: etcd drops them with their lease, and no log has a line of it.

Every write of an Event, updates too, attaches it to a lease (TTLFunc in pkg/registry/core/event/
storage/storage.go; ttlOpts in k8s.io/apiserver/pkg/storage/etcd3/store.go, v1.36). A lease is
shared by the writes of up to a minute and granted for that much longer than the TTL (k8s.io/
apiserver/pkg/storage/etcd3/lease_manager.go, v1.36), so that an Event lives for the TTL and up to a
minute more. etcd looks for leases that are over every 500 ms and deletes what is attached to one in
the order of its keys, all in one revision (server/lease/lessor.go, etcd v3.6).

Each storage has leases of its own: Events that are written as v1 and as events.k8s.io/v1 do not
share them. Several API servers do not either, but a log does not tell which one wrote: they are
taken for one, which is wrong by less than the minute.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ingest.requests import ObjectKey

EVENTS = ("", "events")

REUSE_SECONDS_MAX = 60
REUSE_SHARE = 0.05
OBJECTS_MAX = 1000
"""How long a lease takes in writes, at most and as a share of the TTL, and how many:
defaultLeaseReuseDurationSeconds, newDefaultLeaseManager and defaultLeaseMaxObjectCount of
lease_manager.go (v1.36)."""

_SECOND_US = 1_000_000


@dataclass(slots=True, eq=False)
class _Lease:
    """Ends at `end`, in microseconds; `writes` were attached to it, `keys` still are."""

    end: int
    writes: int = 0
    keys: dict[ObjectKey, None] = field(default_factory=dict)


class Leases:
    """The leases that Events hang on. Times are microseconds and come in ascending order."""

    def __init__(self, ttl_s: int) -> None:
        self._ttl_us = ttl_s * _SECOND_US
        self._reuse_us = min(REUSE_SECONDS_MAX, int(REUSE_SHARE * ttl_s)) * _SECOND_US
        self._newest: dict[str, _Lease] = {}
        self._running: deque[_Lease] = deque()
        self._of: dict[ObjectKey, _Lease] = {}

    def attach(self, key: ObjectKey, group: str, time: int) -> None:
        """An Event was written through an API group: it stays for the TTL from now on."""
        if not self._ttl_us:
            return
        self.detach(key)
        lease = self._newest.get(group)
        if lease is None or time + self._ttl_us >= lease.end or lease.writes >= OBJECTS_MAX:
            lease = _Lease(time + self._ttl_us + self._reuse_us)
            self._newest[group] = lease
            self._running.append(lease)
        lease.writes += 1
        lease.keys[key] = None
        self._of[key] = lease

    def detach(self, key: ObjectKey) -> None:
        """An Event was deleted, or is attached anew."""
        lease = self._of.pop(key, None)
        if lease is not None:
            del lease.keys[key]

    def is_over(self, time: int) -> bool:
        """Whether any lease is over by `time`."""
        return bool(self._running) and self._running[0].end <= time

    def over(self, time: int) -> list[tuple[int, list[ObjectKey]]]:
        """The end of each lease that is over by `time`, and the Events that go with it."""
        ends = []
        while self.is_over(time):
            lease = self._running.popleft()
            ends.append((lease.end, sorted(lease.keys, key=_place)))
        return ends


def _place(key: ObjectKey) -> str:
    """An Event's place in etcd: its key there ends so."""
    return f"{key.namespace}/{key.name}"
