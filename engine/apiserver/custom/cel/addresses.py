"""IP addresses and networks in rules.

Source: k8s.io/apiserver pkg/cel/library/{ip,cidr}.go (net/netip), v1.36.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from engine.apiserver.custom.cel.contract import Function, Opaque, member

IP, CIDR = Opaque("ip"), Opaque("cidr")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Interface | ipaddress.IPv6Interface


def _address(text: str) -> Address:
    """As Kubernetes asks: no zone, no IPv4 in IPv6."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise ValueError(f'IP Address "{text}" parse error during conversion from string') from None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            raise ValueError(f'IP address "{text}" with zone value is not allowed')
        if address.ipv4_mapped is not None:
            raise ValueError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return address


def _network(text: str) -> Network:
    address, slash, bits = text.partition("/")
    plain = bits.isascii() and bits.isdecimal() and (bits == "0" or not bits.startswith("0"))
    try:
        if not slash or not plain:
            raise ValueError
        _address(address)
        return ipaddress.ip_interface(text)
    except ValueError:
        raise ValueError(
            f'network address parse error during conversion from string: "{text}"'
        ) from None


def _passes(parse: Any) -> Any:
    def run(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return run


def _ip_of(value: Any) -> Address:
    return _address(value if isinstance(value, str) else IP.unwrap(value))


def _cidr_of(value: Any) -> Network:
    return _network(value if isinstance(value, str) else CIDR.unwrap(value))


def _contains_ip(value: Any, other: Any) -> bool:
    return _ip_of(other) in _cidr_of(value).network


def _contains_cidr(value: Any, other: Any) -> bool:
    outer, inner = _cidr_of(value).network, _cidr_of(other).network
    if outer.version != inner.version or inner.prefixlen < outer.prefixlen:
        return False
    return inner.network_address in outer


def _is_global_unicast(address: Address) -> bool:
    if address == ipaddress.IPv4Address("255.255.255.255") or address.is_unspecified:
        return False
    return not (address.is_loopback or address.is_multicast or address.is_link_local)


def _is_link_local_multicast(address: Address) -> bool:
    links = "224.0.0.0/24" if address.version == 4 else "ff02::/16"
    return address in ipaddress.ip_network(links)


def _prefix(value: Any) -> int:
    return int(_cidr_of(value).network.prefixlen)


def _masked(value: Any) -> dict[str, Any]:
    return CIDR.wrap(str(_cidr_of(value).network))


def _family(value: Any) -> int:
    return int(_ip_of(value).version)


FUNCTIONS: tuple[Function, ...] = (
    Function("ip", ("STRING",), lambda text: IP.wrap(str(_address(text)))),
    Function("isIP", ("STRING",), _passes(_address)),
    Function("ip.isCanonical", ("STRING",), lambda text: str(_address(text)) == text),
    member("family", _family, "MAP"),
    member("isUnspecified", lambda value: _ip_of(value).is_unspecified, "MAP"),
    member("isLoopback", lambda value: _ip_of(value).is_loopback, "MAP"),
    member("isLinkLocalUnicast", lambda value: _ip_of(value).is_link_local, "MAP"),
    member("isLinkLocalMulticast", lambda v: _is_link_local_multicast(_ip_of(v)), "MAP"),
    member("isGlobalUnicast", lambda value: _is_global_unicast(_ip_of(value)), "MAP"),
    Function("cidr", ("STRING",), lambda text: CIDR.wrap(str(_network(text)))),
    Function("isCIDR", ("STRING",), _passes(_network)),
    member("containsIP", _contains_ip, "MAP", "MAP"),
    member("containsIP", _contains_ip, "MAP", "STRING"),
    member("containsCIDR", _contains_cidr, "MAP", "MAP"),
    member("containsCIDR", _contains_cidr, "MAP", "STRING"),
    member("ip", lambda value: IP.wrap(str(_cidr_of(value).ip)), "MAP"),
    member("masked", _masked, "MAP"),
    member("prefixLength", _prefix, "MAP"),
)
