"""IP addresses and ranges of addresses.

After staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go (v1.36). The legacy fields that the
API has had since before strict validation still take leading zeros and IPv4 inside IPv6: the gate
StrictIPCIDRValidation is off by default.
"""

import ipaddress
import re

from engine.apiserver.validation.field import FieldError, Path, invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_LEADING_ZEROS = re.compile(r"(?<![0-9a-fA-F:.])0+(?=[0-9])|(?<=\.)0+(?=[0-9])")


def parse_ip(text: str) -> Address | None:
    """ParseIPSloppy of k8s.io/utils/net: octets may have leading zeros, zones are refused."""
    try:
        if ":" not in text:
            return ipaddress.IPv4Address(_LEADING_ZEROS.sub("", text))
        return None if "%" in text else ipaddress.IPv6Address(text)
    except ValueError:
        return None


def parse_cidr(text: str) -> tuple[Address, int] | None:
    """ParseCIDRSloppy: (the address as written, the length of the prefix)."""
    address_text, slash, prefix = text.partition("/")
    address = parse_ip(address_text)
    if address is None or not slash or not re.fullmatch("[0-9]+", prefix):
        return None
    # Go's parser of such numbers gives up above its own limit; no prefix is that long anyway.
    return (address, int(prefix)) if len(prefix) < 9 and int(prefix) <= _bits(address) else None


def is_ipv4(address: Address) -> bool:
    """An IPv4 address within IPv6 counts as IPv4, since Go holds both alike."""
    return address.version == 4 or address.ipv4_mapped is not None


def print_ip(address: Address) -> str:
    """IP.String of Go."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def validate_legacy_ip(path: Path, value: str) -> list[FieldError]:
    """IsValidIPForLegacyField."""
    return [] if parse_ip(value) is not None else [invalid(path, value, _NO_IP)]


def validate_legacy_cidr(path: Path, value: str) -> list[FieldError]:
    """IsValidCIDRForLegacyField."""
    return [] if parse_cidr(value) is not None else [invalid(path, value, _NO_CIDR)]


def validate_ip(path: Path, value: str) -> list[FieldError]:
    """IsValidIP: strict, and in its canonical form."""
    address = parse_ip(value)
    if address is None:
        return [invalid(path, value, _NO_IP)]
    errors: list[FieldError] = []
    if ":" not in value and str(address) != value:
        errors.append(invalid(path, value, "must not have leading 0s"))
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        errors.append(invalid(path, value, "must not be an IPv4-mapped IPv6 address"))
    if not errors and value != print_ip(address):
        explanation = f'must be in canonical form ("{print_ip(address)}")'
        errors.append(invalid(path, value, explanation))
    return errors


def validate_cidr(path: Path, value: str) -> list[FieldError]:
    """IsValidCIDR: strict, and in its canonical form."""
    parsed = parse_cidr(value)
    if parsed is None:
        return [invalid(path, value, _NO_CIDR)]
    address, length = parsed
    prefix = value.partition("/")[2]
    if (":" not in value and str(address) != value.partition("/")[0]) or str(length) != prefix:
        return [invalid(path, value, "must not have leading 0s in IP or prefix length")]
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return [invalid(path, value, "must not have an IPv4-mapped IPv6 address")]
    network = ipaddress.ip_network((address, length), strict=False)
    if network.network_address != address:
        return [invalid(path, value, "must not have bits set beyond the prefix length")]
    if str(network) != value:
        return [invalid(path, value, f'must be in canonical form ("{network}")')]
    return []


def is_dual_stack(addresses: list[Address]) -> bool:
    """Addresses of both families are among them."""
    return len({is_ipv4(address) for address in addresses}) == 2


def _bits(address: Address) -> int:
    return 32 if address.version == 4 else 128
