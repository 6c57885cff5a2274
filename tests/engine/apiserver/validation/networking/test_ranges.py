"""ServiceCIDRs and IPAddresses."""

import pytest

from tests.engine.apiserver.validating import changed, refused, refused_update

V4, V6 = "10.1.0.0/16", "fd00::/108"
RANGE = {"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "spec": {"cidrs": [V4]}}
ADDRESS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IPAddress",
    "metadata": {"name": "10.1.0.5"},
    "spec": {"parentRef": {"resource": "services", "namespace": "a", "name": "b"}},
}


def ranges(*cidrs):
    return changed(RANGE, "spec.cidrs", [*cidrs])


@pytest.mark.parametrize("body", [RANGE, ADDRESS, ranges(V4, V6)])
def test_what_is_as_it_must_be_is_taken(body):
    assert refused(body) == []


@pytest.mark.parametrize(
    ("cidrs", "why"),
    [
        ([], "spec.cidrs: Required value: at least one CIDR required"),
        (
            ["10.1.0.7/16"],
            (
                'spec.cidrs[0]: Invalid value: "10.1.0.7/16": must not have bits set beyond the '
                "prefix length"
            ),
        ),
        (
            [V4, "10.2.0.0/16"],
            (
                'spec.cidrs: Invalid value: ["10.1.0.0/16","10.2.0.0/16"]: may specify no more '
                "than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
            ),
        ),
        (
            [V4, V6, V4],
            (
                'spec.cidrs: Invalid value: {"CIDRs":["10.1.0.0/16","fd00::/108","10.1.0.0/16"]}: '
                "may only hold up to 2 values"
            ),
        ),
    ],
)
def test_ranges_that_cannot_be(cidrs, why):
    assert refused(ranges(*cidrs)) == [why]


def test_a_range_of_the_other_family_may_be_added_and_nothing_else_changed():
    assert refused_update(RANGE, ranges(V4, V6)) == []
    assert refused_update(RANGE, ranges(V6)) == [
        'spec.cidrs[0]: Invalid value: "fd00::/108": field is immutable'
    ]
    assert refused_update(ranges(V4, V6), RANGE) == [
        'spec.cidrs: Invalid value: ["10.1.0.0/16"]: field is immutable'
    ]


def test_an_address_is_named_by_itself_in_canonical_form():
    named = changed(ADDRESS, "metadata.name", "fd00:0::1")
    assert refused(named)[0] == (
        'metadata.name: Invalid value: "fd00:0::1": must be in canonical form ("fd00::1")'
    )


def test_an_address_says_whose_it_is():
    assert refused(changed(ADDRESS, "spec.parentRef", None)) == ["spec.parentRef: Required value"]
    assert refused(changed(ADDRESS, "spec.parentRef.name", None)) == [
        "spec.parentRef.name: Required value"
    ]


def test_an_address_stays_whose_it_is():
    other = changed(ADDRESS, "spec.parentRef.name", "c")
    assert refused_update(ADDRESS, other) == [
        (
            'spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"a",'
            '"Name":"c"}: field is immutable'
        )
    ]
