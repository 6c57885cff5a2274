import pytest

from engine.apiserver.flags import FlagError, flags_of


def test_flags_decide_how_long_pods_tolerate_a_node_that_is_gone():
    options = flags_of({"default-not-ready-toleration-seconds": "30"}).options
    assert (options.not_ready_seconds, options.unreachable_seconds) == (30, 300)


def test_the_service_range_decides_the_families_of_services():
    ranges = flags_of({"service-cluster-ip-range": "10.0.0.0/16,fd00::/108"}).ranges
    assert ranges.families == ("IPv4", "IPv6")


@pytest.mark.parametrize(
    ("text", "ports"),
    [("31000-31999", (31000, 31999)), ("31000+9", (31000, 31009)), ("80", (80, 80))],
)
def test_the_range_of_node_ports_is_written_in_three_ways(text, ports):
    assert flags_of({"service-node-port-range": text}).ranges.ports == ports


def test_plugins_are_switched_on_and_off_by_name():
    options = flags_of(
        {"enable-admission-plugins": "AlwaysPullImages", "disable-admission-plugins": "Priority"}
    ).options
    assert (options.enabled, options.disabled) == (("AlwaysPullImages",), ("Priority",))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("default-not-ready-toleration-seconds", "30s"),
        ("service-cluster-ip-range", "everywhere"),
        ("service-node-port-range", "32767-30000"),
        ("service-node-port-range", "30000-70000"),
        ("v", "9"),
    ],
)
def test_a_flag_that_decides_nothing_or_a_wrong_value_is_refused(name, value):
    with pytest.raises(FlagError):
        flags_of({name: value})
