"""Services, endpoints, Ingresses and NetworkPolicies."""

import pytest

from tests.engine.apiserver.validating import changed, refused, refused_update

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "spec": {"ports": [{"port": 80}], "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"]},
}
BALANCED = changed(SERVICE, "spec.type", "LoadBalancer")
SLICE = {
    "apiVersion": "discovery.k8s.io/v1",
    "kind": "EndpointSlice",
    "addressType": "IPv4",
    "endpoints": [{"addresses": ["10.0.0.1"]}],
}
ENDPOINTS = {
    "apiVersion": "v1",
    "kind": "Endpoints",
    "subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}],
}
INGRESS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "spec": {"defaultBackend": {"service": {"name": "a", "port": {"number": 80}}}},
}
INGRESS_CLASS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IngressClass",
    "spec": {"controller": "example.com/a"},
}
POLICY = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {}}


@pytest.mark.parametrize(
    "body", [SERVICE, BALANCED, SLICE, ENDPOINTS, INGRESS, INGRESS_CLASS, POLICY]
)
def test_what_is_right_is_taken(body):
    assert refused(body) == []


def test_addresses_of_a_service_are_one_of_each_family():
    body = changed(SERVICE, "spec.clusterIPs", ["10.0.0.1", "10.0.0.2"])
    assert refused(body) == [
        (
            'spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: '
            "may specify no more than one IP for each IP family"
        )
    ]
    assert refused(changed(SERVICE, "spec.clusterIPs", ["10.0.0.1", "fd00::1"])) == []


def test_the_address_of_a_service_stays():
    new = changed(changed(SERVICE, "spec.clusterIP", "10.0.0.2"), "spec.clusterIPs", ["10.0.0.2"])
    assert refused_update(SERVICE, new) == [
        'spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'
    ]


def test_a_second_address_is_released_by_who_says_so():
    old = changed(SERVICE, "spec.clusterIPs", ["10.0.0.1", "fd00::1"])
    old = changed(old, "spec.ipFamilyPolicy", "RequireDualStack")
    new = changed(old, "spec.clusterIPs", ["10.0.0.1"])
    assert refused_update(old, new) == [
        (
            'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": '
            "must be set to 'SingleStack' when releasing the secondary clusterIP"
        )
    ]


def test_external_traffic_needs_a_way_in():
    assert refused(changed(SERVICE, "spec.externalTrafficPolicy", "Local")) == [
        (
            'spec.externalTrafficPolicy: Invalid value: "Local": '
            "may only be set for externally-accessible services"
        )
    ]
    assert refused(changed(BALANCED, "spec.externalTrafficPolicy", "Local")) == [
        "spec.healthCheckNodePort: Required value"
    ]


def test_the_kubelets_port_is_not_exposed():
    assert refused(changed(BALANCED, "spec.ports.0.port", 10250)) == [
        (
            "spec.ports[0]: Invalid value: 10250: "
            "may not expose port 10250 externally since it is used by kubelet"
        )
    ]


def test_clients_are_remembered_for_a_day_at_most():
    body = changed(SERVICE, "spec.sessionAffinity", "ClientIP")
    body = changed(body, "spec.sessionAffinityConfig", {"clientIP": {"timeoutSeconds": 86401}})
    assert refused(body) == [
        (
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: "
            "must be greater than 0 and less than 86400"
        )
    ]


def test_only_a_load_balancer_has_points_of_ingress():
    new = {**SERVICE, "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}
    assert refused_update(SERVICE, new, "status") == [
        (
            "status.loadBalancer.ingress: Forbidden: "
            "may only be used when `spec.type` is 'LoadBalancer'"
        )
    ]
    assert refused_update(BALANCED, {**BALANCED, "status": new["status"]}, "status") == []


def test_no_endpoint_is_this_node_itself():
    loopback = "may not be in the loopback range (127.0.0.0/8, ::1/128)"
    assert refused(changed(SLICE, "endpoints.0.addresses", ["127.0.0.1"])) == [
        f'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": {loopback}'
    ]
    assert refused(changed(ENDPOINTS, "subsets.0.addresses.0.ip", "127.0.0.1")) == [
        f'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": {loopback}'
    ]


def test_a_stored_secret_name_excuses_those_of_an_update():
    old = changed(INGRESS, "spec.tls", [{"secretName": "BAD_"}])
    assert len(refused(old)) == 1
    assert refused_update(old, changed(old, "spec.tls", [{"secretName": "WORSE_"}])) == []


def test_a_class_with_parameters_of_a_namespace_names_it():
    parameters = {"kind": "A", "name": "a", "scope": "Namespace"}
    assert refused(changed(INGRESS_CLASS, "spec.parameters", parameters)) == [
        "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"
    ]


def test_what_is_excepted_is_a_part_of_the_range():
    block = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.0.0.0/8", "fd00::/64"]}
    body = changed(POLICY, "spec.ingress", [{"from": [{"ipBlock": block}]}])
    path = "spec.ingress[0].from[0].ipBlock.except"
    assert refused(body) == [
        f'{path}[1]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
        f'{path}[2]: Invalid value: "fd00::/64": must be a strict subset of `cidr`',
    ]


def test_a_range_of_ports_has_a_number():
    ports = [{"port": "http", "endPort": 90}, {"endPort": 90}]
    assert refused(changed(POLICY, "spec.ingress", [{"ports": ports}])) == [
        (
            "spec.ingress[0].ports[0].endPort: Invalid value: 90: "
            "may not be specified when `port` is non-numeric"
        ),
        (
            "spec.ingress[0].ports[1].endPort: Invalid value: 90: "
            "may not be specified when `port` is not specified"
        ),
    ]
