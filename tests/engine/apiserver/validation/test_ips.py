"""Addresses are read as Go reads them."""

import pytest

from engine.apiserver.validation import ips
from engine.apiserver.validation.field import Path

PATH = Path("f")


@pytest.mark.parametrize("text", ["10.0.0.1", "010.000.0.01", "::1", "::ffff:1.2.3.4", "FE80::1"])
def test_a_legacy_field_takes_sloppy_addresses(text):
    assert ips.validate_legacy_ip(PATH, text) == []


@pytest.mark.parametrize("text", ["", "1.2.3", "1.2.3.256", "fe80::1%eth0", "1.2.3.4/8", "١.2.3.4"])
def test_what_is_no_address_is_refused(text):
    (error,) = ips.validate_legacy_ip(PATH, text)
    assert error.detail == "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("010.0.0.1", "must not have leading 0s"),
        ("::ffff:1.2.3.4", "must not be an IPv4-mapped IPv6 address"),
        ("FE80::1", 'must be in canonical form ("fe80::1")'),
    ],
)
def test_a_new_field_takes_only_canonical_addresses(text, detail):
    assert [error.detail for error in ips.validate_ip(PATH, text)] == [detail]


@pytest.mark.parametrize("text", ["10.0.0.1/8", "::/0", "010.0.0.0/08"])
def test_a_legacy_field_takes_sloppy_ranges(text):
    assert ips.validate_legacy_cidr(PATH, text) == []


@pytest.mark.parametrize("text", ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "/8", "a/8"])
def test_what_is_no_range_is_refused(text):
    assert len(ips.validate_legacy_cidr(PATH, text)) == 1


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("10.0.0.1/8", "must not have bits set beyond the prefix length"),
        ("10.0.0.0/08", "must not have leading 0s in IP or prefix length"),
        ("2001:DB8::/64", 'must be in canonical form ("2001:db8::/64")'),
    ],
)
def test_a_new_field_takes_only_canonical_ranges(text, detail):
    assert [error.detail for error in ips.validate_cidr(PATH, text)] == [detail]


def test_an_ipv4_address_within_ipv6_counts_as_ipv4():
    first, second, third = map(ips.parse_ip, ("1.2.3.4", "::ffff:1.2.3.5", "::1"))
    assert not ips.is_dual_stack([first, second])
    assert ips.is_dual_stack([first, third])
