"""The server's own choices in a simulation: drawn from seeded streams, so that a seed is a cluster.

Source: k8s.io/apimachinery pkg/util/rand/rand.go (alphanums), k8s.io/apiserver pkg/storage/names/
generate.go, plugin/pkg/admission/serviceaccount/admission.go (ServiceAccountVolumeName), v1.36.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.apiserver.server.backing import StoreView
from engine.apiserver.verbs.allocators import Allocators
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.ranges import SIMULATED, Ranges
from engine.kernel.chance import Stream
from engine.store.revisions import Store

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters and digits that make no words."""

SUFFIX_LENGTH = 5
TOKEN_VOLUME = "kube-api-access-"

_STREAMS = ("uid", "name", "token-volume", "cluster-ip", "node-port")


@dataclass(frozen=True, slots=True)
class SimulatedChoices:
    """`engine.apiserver.verbs.contract.Choices` for a store. What is chosen of each kind comes from

    a stream of its own: one more Service changes no pod's name.
    """

    uids: Stream
    names: Stream
    volumes: Stream
    services: Allocators

    @classmethod
    def of(cls, store: Store, seed: int, ranges: Ranges = SIMULATED) -> SimulatedChoices:
        """The choices that a seed makes for the objects of a store."""
        uids, names, volumes, addresses, ports = (
            Stream(seed, f"apiserver/{name}") for name in _STREAMS
        )
        services = Allocators(StoreView(store), addresses, ports, ranges)
        return cls(uids, names, volumes, services)

    def fork(self, store: Store) -> SimulatedChoices:
        """Choices that go on in the same way, by themselves, for a fork of the store."""
        addresses, ports = self.services.addresses, self.services.ports
        assert isinstance(addresses, Stream), "made by `of`"
        assert isinstance(ports, Stream), "made by `of`"
        view, ranges = StoreView(store), self.services.ranges
        services = Allocators(view, addresses.fork(), ports.fork(), ranges)
        return SimulatedChoices(self.uids.fork(), self.names.fork(), self.volumes.fork(), services)

    def uid(self, _: Write) -> str:
        """A uid that no other object has."""
        return self.uids.uuid()

    def born(self, write: Write) -> int:
        """A new object is created when it is asked for."""
        return write.now_seconds

    def name(self, _: Write, prefix: str) -> str:
        """A name that begins with `prefix`."""
        return prefix + self.names.text(ALPHABET, SUFFIX_LENGTH)

    def token_volume(self, _: Write) -> str:
        """The name of the volume with a pod's service account token."""
        return TOKEN_VOLUME + self.volumes.text(ALPHABET, SUFFIX_LENGTH)

    def cluster_ips(self, write: Write, service: Object) -> list[str]:
        """The addresses of a Service, those included that it asks for."""
        return self.services.cluster_ips(write, service)

    def node_ports(self, write: Write, service: Object) -> list[int]:
        """A node port for each of a Service's ports, those included that it asks for."""
        return self.services.node_ports(write, service)

    def health_check_node_port(self, write: Write, service: Object) -> int:
        """The health check port of a Service with local external traffic."""
        return self.services.health_check_node_port(write, service)
