import pytest
from msgspec.structs import replace

from engine.apiserver.verbs.allocation import allocated
from engine.apiserver.verbs.allocators import Allocators
from engine.apiserver.verbs.ranges import Ranges
from engine.apiserver.verbs.status import RefusedError
from engine.kernel.chance import Stream
from tests.engine.apiserver.admission.asking import Chosen, Cluster, named, write

WRITE = write("services")


def service(name="web", **spec):
    return named("Service", name, "shop", spec={"type": "ClusterIP", **spec})


def stored(name="old", **spec):
    return service(name, **{"clusterIP": "10.96.0.5", "clusterIPs": ["10.96.0.5"],
                            "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
                            **spec})  # fmt: skip


ONE = Ranges(("10.96.0.0/16",))
BOTH = Ranges(("10.96.0.0/16", "fd00::/108"))


def spec_of(obj, before=None, *others, choices=None, ranges=ONE, request=WRITE):
    cluster = Cluster([*others])
    return allocated(request, obj, before, choices or Chosen(), cluster, ranges)["spec"]


def refused(obj, before=None, *others, **more):
    with pytest.raises(RefusedError) as error:
        spec_of(obj, before, *others, **more)
    return error.value.message


def test_a_new_service_gets_an_address_and_its_family():
    assert spec_of(service()) == {
        "type": "ClusterIP",
        "clusterIP": "10.96.0.9",
        "clusterIPs": ["10.96.0.9"],
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
    }


class Unknown(Chosen):
    def cluster_ips(self, *_):
        return []

    def node_ports(self, *_):
        return [0]

    def health_check_node_port(self, *_):
        return 0


def test_what_was_chosen_and_is_not_known_is_left_out():
    balanced = service(type="LoadBalancer", externalTrafficPolicy="Local", ports=[{"port": 80}])
    spec = spec_of(balanced, choices=Unknown())
    assert "clusterIP" not in spec
    assert "clusterIPs" not in spec
    assert "healthCheckNodePort" not in spec
    assert spec["ports"] == [{"port": 80}]
    assert spec["ipFamilyPolicy"] == "SingleStack"


def test_a_headless_service_has_no_address_and_without_selector_both_families():
    spec = spec_of(service(clusterIP="None", selector={"a": "b"}))
    assert (spec["clusterIPs"], spec["ipFamilies"]) == (["None"], ["IPv4"])
    spec = spec_of(service(clusterIP="None"))
    assert (spec["ipFamilyPolicy"], spec["ipFamilies"]) == ("RequireDualStack", ["IPv4", "IPv6"])


def test_an_external_name_gets_nothing():
    outside = service(type="ExternalName", externalName="x.org")
    assert spec_of(outside) == outside["spec"]


def test_node_ports_and_a_health_check_port_come_with_the_type():
    ports = [{"port": 80, "name": "a"}, {"port": 81, "name": "b", "nodePort": 31000}]
    spec = spec_of(service(type="LoadBalancer", externalTrafficPolicy="Local", ports=ports))
    assert [port["nodePort"] for port in spec["ports"]] == [30001, 31000]
    assert spec["healthCheckNodePort"] == 30099
    spec = spec_of(service(type="LoadBalancer", allocateLoadBalancerNodePorts=False, ports=ports))
    assert [port.get("nodePort") for port in spec["ports"]] == [None, 31000]


def test_who_writes_a_service_again_need_not_name_what_it_was_allocated():
    old = stored(type="NodePort", ports=[{"port": 80, "nodePort": 32000}])
    spec = spec_of(service("old", type="NodePort", ports=[{"port": 80}]), old)
    assert (spec["clusterIP"], spec["clusterIPs"]) == ("10.96.0.5", ["10.96.0.5"])
    assert spec["ports"] == [{"port": 80, "nodePort": 32000}]


def test_a_service_that_was_outside_gets_an_address():
    old = service("old", type="ExternalName", externalName="x.org")
    assert spec_of(service("old"), old)["clusterIP"] == "10.96.0.9"


def test_inputs_are_not_changed():
    old = stored(type="NodePort", ports=[{"port": 80, "nodePort": 32000}])
    new = service("old", type="NodePort", ports=[{"port": 80}])
    spec_of(new, old)
    assert new == service("old", type="NodePort", ports=[{"port": 80}])


def test_an_address_that_another_has_is_refused():
    asks = service(clusterIP="10.96.0.5")
    assert refused(asks, None, stored()) == (
        'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.5"]: failed to '
        "allocate IP 10.96.0.5: provided IP is already allocated"
    )
    known = replace(WRITE, accepted=True)
    assert spec_of(asks, None, stored(), request=known)["clusterIPs"] == ["10.96.0.5"]


def test_a_node_port_that_another_has_is_refused():
    other = stored(type="NodePort", ports=[{"port": 80, "nodePort": 31080}])
    asks = service(type="NodePort", ports=[{"port": 1}, {"port": 80, "nodePort": 31080}])
    assert refused(asks, None, other) == (
        'Service "web" is invalid: spec.ports[1].nodePort: Invalid value: 31080: provided port is '
        "already allocated"
    )
    assert spec_of(service("old", type="NodePort", ports=[{"port": 80, "nodePort": 31080}]), other)


@pytest.mark.parametrize("ip", ["10.95.255.255", "10.96.0.0", "10.96.255.255", "192.168.0.1"])
def test_an_address_of_no_range_is_refused(ip):
    assert refused(service(clusterIP=ip)) == (
        f'Service "web" is invalid: spec.clusterIPs: Invalid value: ["{ip}"]: failed to '
        f"allocate IP {ip}: the provided network does not match the current range"
    )
    assert refused(service(clusterIP=ip), request=replace(WRITE, dry_run=True)).endswith(
        f"failed to allocate IP {ip}: provided IP {ip} is not in the valid range"
    )


def test_what_was_never_told_of_a_range_refuses_nothing():
    assert spec_of(service(clusterIP="192.168.0.1"), ranges=Ranges())["clusterIPs"]


def test_a_record_that_need_not_hold_every_range_refuses_none():
    cluster = Cluster([service_cidr("kubernetes", "10.96.0.0/16")], whole=False)
    asks = service(clusterIP="192.168.0.1")
    assert allocated(WRITE, asks, None, Chosen(), cluster, ONE)["spec"]["clusterIPs"]


def service_cidr(name, *cidrs, ready="True"):
    conditions = [{"type": "Ready", "status": ready}]
    return named("ServiceCIDR", name, spec={"cidrs": [*cidrs]}, status={"conditions": conditions})


def test_the_ranges_are_those_of_the_service_cidrs_that_are_ready():
    more = service_cidr("more", "192.168.0.0/24")
    old = service_cidr("kubernetes", "10.96.0.0/16", ready="False")
    assert spec_of(service(clusterIP="192.168.0.1"), None, more, old)["clusterIPs"]
    assert "does not match the current range" in refused(
        service(clusterIP="10.96.0.7"), None, more, old
    )
    cluster = Cluster([service_cidr("a", "10.1.0.0/30"), more])
    cluster.others.append(stored(clusterIPs=["10.1.0.1"]))
    cluster.others.append(stored("other", clusterIPs=["10.1.0.2"]))
    assert spec_of(service(), choices=drawn(cluster))["clusterIP"].startswith("192.168.0.")


def test_an_address_that_is_reserved_for_something_else_is_refused():
    parent = {"group": "example.com", "resource": "gateways", "name": "web"}
    held = named("IPAddress", "10.96.0.5", spec={"parentRef": parent})
    assert "provided IP is already allocated" in refused(service(clusterIP="10.96.0.5"), None, held)
    own = {"group": "", "resource": "services", "namespace": "shop", "name": "web"}
    held = named("IPAddress", "10.96.0.5", spec={"parentRef": own})
    assert spec_of(service(clusterIP="10.96.0.5"), None, held)["clusterIP"] == "10.96.0.5"


def test_what_is_no_address_is_said_before_anything_is_allocated():
    assert refused(service(clusterIP="here")).startswith(
        'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: "here": must be a valid IP'
    )


OUT_OF_RANGE = "provided port is not in the valid range. The range of valid ports is 30000-32767"


@pytest.mark.parametrize("number", [29999, 32768])
def test_a_node_port_out_of_range_is_refused(number):
    asks = service(type="NodePort", ports=[{"port": 80, "nodePort": number}])
    assert refused(asks) == (
        f'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: {number}: {OUT_OF_RANGE}'
    )
    assert spec_of(asks, request=replace(WRITE, dry_run=True))["ports"] == asks["spec"]["ports"]
    assert spec_of(asks, ranges=Ranges(ports=(29999, 32768)))["ports"] == asks["spec"]["ports"]


def test_a_port_that_was_outside_the_range_before_is_kept():
    old = stored(type="NodePort", ports=[{"port": 80, "nodePort": 80}])
    assert spec_of(old, old)["ports"] == [{"port": 80, "nodePort": 80}]


def test_two_ports_of_a_new_service_cannot_share_a_node_port_unless_they_are_one_number():
    ports = [
        {"port": 53, "protocol": "UDP", "name": "u"},
        {"port": 53, "name": "t", "nodePort": 30053},
    ]
    assert spec_of(service(type="NodePort", ports=ports))
    ports = [{"port": 53, "nodePort": 30053}, {"port": 54, "protocol": "UDP", "nodePort": 30053}]
    assert "spec.ports[1].nodePort: Invalid value: 30053: provided port is already" in refused(
        service(type="NodePort", ports=ports)
    )


def test_a_health_check_port_out_of_range_is_an_error_of_the_server():
    asks = service(type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=80)
    assert refused(asks) == (
        "Internal error occurred: failed to allocate requested HealthCheck NodePort 80: "
        + OUT_OF_RANGE
    )


def test_a_single_stack_cluster_cannot_be_asked_for_both_families():
    assert refused(service(ipFamilyPolicy="RequireDualStack")) == (
        'Service "web" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this '
        "cluster is not configured for dual-stack services"
    )
    assert spec_of(service(ipFamilyPolicy="PreferDualStack"))["ipFamilies"] == ["IPv4"]


def test_a_second_family_goes_only_with_the_policy():
    dual = stored(clusterIPs=["10.96.0.5", "fd00::5"], ipFamilies=["IPv4", "IPv6"],
                  ipFamilyPolicy="RequireDualStack")  # fmt: skip
    less = stored(ipFamilyPolicy="RequireDualStack")
    assert "must be 'SingleStack' to release the secondary cluster IP" in refused(
        less, dual, ranges=BOTH
    )
    kept = {**dual["spec"], "ipFamilyPolicy": "SingleStack"}
    spec = spec_of(service("old", **kept), dual, ranges=BOTH)
    assert (spec["clusterIPs"], spec["ipFamilies"]) == (["10.96.0.5"], ["IPv4"])


def drawn(cluster, addresses="10.96.0.0/28", ports=(30000, 30003)):
    ranges = Ranges((addresses,), ports)
    return Allocators(cluster, Stream(7, "ip"), Stream(7, "port"), ranges)


def test_a_simulation_gives_each_service_what_no_other_has_until_nothing_is_left():
    cluster = Cluster()
    for number in range(14):
        new = service(f"s{number}")
        cluster.others.append(allocated(WRITE, new, None, drawn(cluster), cluster, ONE))
    assert len({one["spec"]["clusterIP"] for one in cluster.others}) == 14
    assert refused(service(), None, *cluster.others, choices=drawn(cluster)) == (
        "Internal error occurred: failed to allocate a serviceIP: range is full"
    )


def test_the_lower_addresses_are_left_to_those_who_ask_for_one():
    for seed in range(50):
        allocators = Allocators(Cluster(), Stream(seed), Stream(seed))
        third, fourth = spec_of(service(), choices=allocators)["clusterIP"].split(".")[2:]
        assert int(third) * 256 + int(fourth) > 256


def test_one_port_number_in_two_protocols_has_one_node_port():
    dns = [{"port": 53, "protocol": "UDP", "name": "u"}, {"port": 53, "name": "t"}]
    spec = spec_of(service(type="NodePort", ports=dns), choices=drawn(Cluster()))
    assert len({port["nodePort"] for port in spec["ports"]}) == 1
