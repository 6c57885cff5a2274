"""How a simulation chooses addresses and ports for Services: as the server does, but from streams.

Source: pkg/registry/core/service/ipallocator/ipallocator.go, portallocator/allocator.go
(calculateRangeOffset) and allocator/bitmap.go (randomScanStrategyWithOffset), v1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, View, Write
from engine.apiserver.verbs.ranges import SIMULATED, Network, Ranges, family_of_range
from engine.apiserver.verbs.taken import IP_ADDRESSES, SERVICES, ips_of, ports_of

RANGE_FULL = "range is full"
OFFSET_MIN = 16
IP_OFFSET_MAX = 256
PORT_OFFSET_MAX = 128


class Drawn(Protocol):
    """Where the numbers come from."""

    def below(self, limit: int) -> int:
        """A number of 0 … limit - 1."""


@dataclass(frozen=True, slots=True)
class Allocators:
    """The part of `engine.apiserver.verbs.contract.Choices` that is about Services.

    What is taken is read off the Services themselves, so that a fork goes on by itself.
    """

    view: View
    addresses: Drawn
    ports: Drawn
    ranges: Ranges = SIMULATED

    def cluster_ips(self, _: Write, service: Object) -> list[str]:
        """An address for each family, those included that the Service asks for."""
        spec = service["spec"]
        asked = list(spec.get("clusterIPs") or ())
        taken = {ip for one in self.view.objects(*SERVICES) for ip in ips_of(one.get("spec") or {})}
        chosen: list[str] = []
        for index, family in enumerate(spec.get("ipFamilies") or ()):
            own = asked[index] if index < len(asked) else ""
            chosen.append(own or self._address(family, taken))
        return chosen

    def node_ports(self, _: Write, service: Object) -> list[int]:
        """A node port for each port; those of one number and two protocols share theirs."""
        spec = service["spec"]
        ports = spec.get("ports") or ()
        taken = self._taken_ports(service)
        of_port = {port.get("port"): port["nodePort"] for port in ports if port.get("nodePort")}
        chosen: list[int] = []
        for port in ports:
            number = port.get("nodePort") or of_port.get(port.get("port"))
            if not number:
                number = self._port(taken)
                of_port[port.get("port")] = number
            chosen.append(number)
            taken.add(number)
        return chosen

    def health_check_node_port(self, _: Write, service: Object) -> int:
        """The health check port, that which the Service asks for if it does."""
        return service["spec"].get("healthCheckNodePort") or self._port(self._taken_ports(service))

    def _taken_ports(self, service: Object) -> set[int]:
        taken = {p for one in self.view.objects(*SERVICES) for p in ports_of(one.get("spec") or {})}
        return taken.union(ports_of(service["spec"]))

    def _address(self, family: str, taken: set[str]) -> str:
        """An address of the first range of the family that has one left."""
        for network in self.ranges.networks(self.view) or ():
            if family_of_range(network) == family and (ip := self._address_of(network, taken)):
                return ip
        raise status.internal_error(f"failed to allocate a serviceIP: {RANGE_FULL}")

    def _address_of(self, network: Network, taken: set[str]) -> str:
        """The upper part of the range first: the lower is for those who choose themselves."""
        # Neither the network's own address nor, of IPv4, that of broadcasts.
        size = min(network.num_addresses - (2 if network.version == 4 else 1), 2**63)
        offset = _offset(network.num_addresses, 16, IP_OFFSET_MAX)
        for first, length in ((offset, size - offset), (0, offset)):
            start = self.addresses.below(length) if length else 0
            for step in range(length):
                ip = str(network[1 + first + (start + step) % length])
                if ip not in taken and self.view.get(*IP_ADDRESSES, "", ip) is None:
                    taken.add(ip)
                    return ip
        return ""

    def _port(self, taken: set[int]) -> int:
        base, last = self.ranges.ports
        size = last - base + 1
        offset = _offset(size, 32, PORT_OFFSET_MAX)
        for first, length in ((offset, size - offset), (0, offset)):
            start = self.ports.below(length) if length else 0
            for step in range(length):
                number = base + first + (start + step) % length
                if number not in taken:
                    return number
        raise status.internal_error(f"failed to allocate a nodePort: {RANGE_FULL}")


def _offset(size: int, step: int, offset_max: int) -> int:
    """How much of a range is left for those who choose themselves (calculateRangeOffset)."""
    return 0 if size <= OFFSET_MIN else min(max(size // step, OFFSET_MIN), offset_max)
