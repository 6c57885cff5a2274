"""Which addresses and ports Services can have.

Source: pkg/registry/core/service/ipallocator/cidrallocator.go (syncAllocators, isReady),
pkg/api/servicecidr/servicecidr.go (PrefixContainsIP), v1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from engine.apiserver.validation.ips import Address
from engine.apiserver.verbs.contract import Object, View
from engine.apiserver.verbs.families import IPV4, IPV6
from engine.apiserver.verbs.metadata import metadata_of

Network = IPv4Network | IPv6Network

SERVICE_CIDRS = ("networking.k8s.io", "servicecidrs")


@dataclass(frozen=True, slots=True)
class Ranges:
    """--service-cluster-ip-range and --service-node-port-range (the last port included).

    No addresses say that the flag is not known.
    """

    addresses: tuple[str, ...] = ()
    ports: tuple[int, int] = (30000, 32767)

    @property
    def families(self) -> tuple[str, ...]:
        """The families of the ranges, the default one first."""
        return tuple(map(family_of_range, map(ip_network, self.addresses))) or (IPV4,)

    def networks(self, view: View) -> list[Network] | None:
        """The ranges that addresses are taken from; None where they are not known.

        They are those of the ServiceCIDRs. Of the flag the server makes one when it starts.
        """
        if not view.knows(*SERVICE_CIDRS):
            return None
        found = list(view.objects(*SERVICE_CIDRS))
        if found:
            return [network for one in found if _is_ready(one) for network in _networks(one)]
        return [ip_network(text) for text in self.addresses] or None


SIMULATED = Ranges(("10.96.0.0/16",))
"""Those of a simulated cluster, unless it is told others."""


def family_of_range(network: Network) -> str:
    """The family of a range."""
    return IPV4 if network.version == 4 else IPV6


def is_usable(address: Address, network: Network) -> bool:
    """Neither a range's own address nor, of IPv4, that of broadcasts is anybody's."""
    last = network.broadcast_address if network.version == 4 else None
    return address in network and address not in (network.network_address, last)


def _is_ready(service_cidr: Object) -> bool:
    if metadata_of(service_cidr).get("deletionTimestamp"):
        return False
    conditions = (service_cidr.get("status") or {}).get("conditions") or ()
    ready = [one.get("status") for one in conditions if one.get("type") == "Ready"]
    return not ready or ready[0] == "True"


def _networks(service_cidr: Object) -> Iterator[Network]:
    for text in (service_cidr.get("spec") or {}).get("cidrs") or ():
        yield ip_network(text)
