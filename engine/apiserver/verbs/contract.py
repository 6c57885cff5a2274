"""What the verbs are given: the write, the objects around it, what the server itself chooses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from engine.schema.resource import Resource

Object = dict[str, Any]

SECOND_US = 1_000_000


class User(msgspec.Struct, frozen=True):
    """Who writes."""

    name: str = ""
    groups: tuple[str, ...] = ()


class Write(msgspec.Struct, frozen=True):
    """A request that writes an object.

    `body` is the parsed body: an object, or a patch of `patch_type` (`json`, `merge`, `strategic`,
    `apply`). `name` is empty where the server shall generate one. `now_us` is the server's clock
    in microseconds since the Unix epoch. `manager` owns the fields that are written; who applies
    names it, for others it is made of their program. `force` is None where nothing is said of it.
    `validation` is what to do about unknown fields: `Ignore`, `Warn` or `Strict`. Of a write that
    is known to be `accepted`, since a record says so, nothing is asked that could refuse it. Of a
    `dry_run` nothing is stored. `charged` names the quotas that count the write already: the server
    writes them before the object. `known` is the object before it, where that is as its kind's
    rules make one (Rules.completed): then only what the write changes is looked at.
    """

    verb: str
    resource: Resource
    body: Any
    now_us: int
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    patch_type: str = ""
    manager: str = ""
    force: bool | None = None
    user: User = User()
    validation: str = "Warn"
    accepted: bool = False
    dry_run: bool = False
    charged: frozenset[str] = frozenset()
    known: Object | None = None

    @property
    def now_seconds(self) -> int:
        """The server's clock in whole seconds, as objects show times."""
        return self.now_us // SECOND_US

    @property
    def is_strict(self) -> bool:
        """Whether unknown fields are refused."""
        return self.validation == "Strict" and not self.accepted


class View(Protocol):
    """The objects that a write is decided by. They are read, never changed."""

    def get(self, group: str, resource: str, namespace: str, name: str) -> Object | None:
        """One object, None if there is none."""

    def objects(self, group: str, resource: str, namespace: str = "") -> Iterable[Object]:
        """The objects of a resource, of one namespace if given, in the order of their keys."""

    def knows(self, group: str, resource: str) -> bool:
        """Whether all objects of that resource are known: only then does absence mean anything."""


class Choices(Protocol):
    """What only the server can choose: drawn by a simulation, read from a record in rebuilding.

    What a record does not tell is empty, or 0, and is left out of the object.
    """

    def uid(self, write: Write) -> str:
        """The uid of a new object."""

    def born(self, write: Write) -> int:
        """When a new object is created, in seconds since the Unix epoch."""

    def name(self, write: Write, prefix: str) -> str:
        """A name that begins with `prefix`."""

    def token_volume(self, write: Write) -> str:
        """The name of the volume with a pod's service account token."""

    def cluster_ips(self, write: Write, service: Object) -> list[str]:
        """The addresses of a Service, those included that it asks for."""

    def node_ports(self, write: Write, service: Object) -> list[int]:
        """A node port for each of a Service's ports, those included that it asks for."""

    def health_check_node_port(self, write: Write, service: Object) -> int:
        """The health check port of a Service with local external traffic."""
