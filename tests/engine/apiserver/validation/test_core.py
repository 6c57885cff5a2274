"""Nodes, namespaces, ConfigMaps, Secrets, LimitRanges and ResourceQuotas."""

import copy

import pytest

from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update
from engine.apiserver.typed_form import typed_form
from engine.apiserver.validation.validate import validate_create, validate_update

CLUSTER_WIDE = ("Node", "Namespace")


def created(kind, **fields):
    metadata = {"name": "a", "resourceVersion": "1", **fields.pop("metadata", {})}
    if kind not in CLUSTER_WIDE:
        metadata["namespace"] = "default"
    obj = typed_form({"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields})
    apply_defaults(obj)
    convert(obj)
    prepare_for_create(obj)
    return obj


def refused(kind, **fields):
    return [str(error) for error in validate_create(created(kind, **fields))]


def refused_update(old, subresource="", **fields):
    new = {**copy.deepcopy(old), **fields}
    prepare_for_update(new, old, subresource)
    found = validate_update(new, old, subresource)
    return list(dict.fromkeys(map(str, found)))


def test_a_node_has_a_range_of_addresses_of_each_family_at_most():
    assert refused("Node", spec={"podCIDRs": ["10.0.0.0/24", "fd00::/64"]}) == []
    assert refused("Node", spec={"podCIDRs": ["10.0.0.0/24", "10.1.0.0/24"]}) == [
        (
            'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: '
            "may specify no more than one CIDR for each IP family"
        )
    ]


def test_a_nodes_range_and_provider_are_set_once():
    old = created("Node", spec={"podCIDR": "10.0.0.0/24", "providerID": "p"})
    spec = {"podCIDR": "10.1.0.0/24", "podCIDRs": ["10.1.0.0/24"], "providerID": "q"}
    assert refused_update(old, spec=spec) == [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        (
            'spec.providerID: Forbidden: node updates may not change providerID except from "" to '
            "valid"
        ),
    ]


def test_a_nodes_status_is_written_by_its_subresource():
    old = created("Node", spec={"unschedulable": True})
    status = {"addresses": [{"type": "InternalIP", "address": "1"}] * 2}
    assert refused_update(old, "status", spec={"taints": [{"key": ""}]}, status=status) == [
        'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"1"}'
    ]


def test_a_capacity_is_not_negative():
    status = {"capacity": {"cpu": "-1"}, "allocatable": {}}
    assert refused("Node", status=status)[:1] == [
        'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0'
    ]


def test_a_new_namespace_is_active_and_has_its_finalizer():
    namespace = created("Namespace", spec={"finalizers": ["a/b"]})
    assert namespace["spec"]["finalizers"] == ["a/b", "kubernetes"]
    assert namespace["status"] == {"phase": "Active"}


def test_a_namespace_loses_its_finalizers_through_finalize_only():
    old = created("Namespace")
    new = copy.deepcopy(old)
    new["spec"] = {}
    prepare_for_update(new, old)
    assert new["spec"]["finalizers"] == ["kubernetes"]
    new["spec"] = {}
    prepare_for_update(new, old, "finalize")
    assert new["spec"] == {}


def test_a_living_namespace_is_active():
    old = created("Namespace")
    assert refused_update(old, "status", status={"phase": "Terminating"}) == [
        (
            'status.Phase: Invalid value: "Terminating": '
            "may only be 'Active' if `deletionTimestamp` is empty"
        )
    ]


def test_an_immutable_config_map_keeps_its_data():
    old = created("ConfigMap", data={"a": "b"}, immutable=True)
    assert refused_update(old, data={"a": "b"}, immutable=True) == []
    assert refused_update(old, data={"a": "c"}, immutable=False) == [
        "immutable: Forbidden: field is immutable when `immutable` is set",
        "data: Forbidden: field is immutable when `immutable` is set",
    ]


def test_data_has_a_limit_together():
    assert refused("ConfigMap", data={"a": "x" * 2**20}) == []
    assert refused("ConfigMap", data={"a": "x" * 2**20, "b": "y"}) == [
        "[]: Too long: may not be more than 1048576 bytes"
    ]


SECRETS = [
    ("Opaque", {}, []),
    ("kubernetes.io/basic-auth", {"username": "YQ=="}, []),
    ("kubernetes.io/ssh-auth", {}, ["data[ssh-privatekey]: Required value"]),
    ("kubernetes.io/dockercfg", {".dockercfg": "e30="}, []),
    (
        "kubernetes.io/dockercfg",
        {".dockercfg": "W10="},
        ["json: cannot unmarshal array into Go value of type map[string]interface {}"],
    ),
    (
        "kubernetes.io/dockerconfigjson",
        {".dockerconfigjson": "eA=="},
        ["invalid character 'x' looking for beginning of value"],
    ),
    (
        "kubernetes.io/dockerconfigjson",
        {".dockerconfigjson": "ew=="},
        ["unexpected end of JSON input"],
    ),
]


@pytest.mark.parametrize(("kind", "data", "errors"), SECRETS)
def test_a_secret_holds_what_its_type_asks_for(kind, data, errors):
    found = refused("Secret", type=kind, data=data)
    assert [
        error[-len(expected) :] for error, expected in zip(found, errors, strict=True)
    ] == errors


def test_secrets_do_not_show_in_messages():
    (error,) = refused("Secret", type="kubernetes.io/dockercfg", data={".dockercfg": "eA=="})
    assert '"<secret contents redacted>"' in error


def test_a_service_account_keeps_only_the_names_of_its_secrets():
    account = created("ServiceAccount", secrets=[{"name": "a", "namespace": "b"}])
    assert account["secrets"] == [{"name": "a"}]


LIMITS = [
    (
        {"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}},
        'min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
    ),
    (
        {
            "type": "Container",
            "min": {"cpu": "1"},
            "max": {"cpu": "2"},
            "maxLimitRequestRatio": {"cpu": "3"},
        },
        'maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
    ),
    (
        {"type": "PersistentVolumeClaim"},
        "limits: Required value: either minimum or maximum storage value is required",
    ),
    ({"type": "Odd"}, 'type: Invalid value: "Odd": must be a standard limit type or fully'),
]


@pytest.mark.parametrize(("limit", "error"), LIMITS)
def test_limits_agree_with_each_other(limit, error):
    found = refused("LimitRange", spec={"limits": [limit]})
    assert found[0].startswith(f"spec.limits[0].{error}")


def test_a_quota_counts_what_its_scopes_can_limit():
    spec = {"hard": {"secrets": "1"}, "scopes": ["Terminating", "NotTerminating"]}
    shown = 'spec.scopes: Invalid value: ["Terminating","NotTerminating"]'
    assert refused("ResourceQuota", spec=spec) == [
        f"{shown}: unsupported scope applied to resource",
        f"{shown}: unsupported scope applied to resource",
        f"{shown}: conflicting scopes",
    ]


def test_a_quotas_selector_has_values_where_its_operator_asks_for_them():
    expressions = [{"scopeName": "PriorityClass", "operator": "In"}]
    spec = {"scopeSelector": {"matchExpressions": expressions}}
    assert refused("ResourceQuota", spec=spec) == [
        (
            "spec.scopeSelector.matchExpressions.values: Required value: must be at least one "
            "value when `operator` is 'In' or 'NotIn' for scope selector"
        )
    ]


def test_a_quotas_scopes_are_fixed_and_its_status_has_a_subresource():
    old = created("ResourceQuota", spec={"scopes": ["BestEffort"], "hard": {"pods": "1"}})
    assert refused_update(old, spec={"hard": {"pods": "1"}}) == [
        "spec.scopes: Invalid value: null: field is immutable"
    ]
    assert refused_update(old, "status", status={"used": {"pods": "1500m"}}) == [
        'status.used[pods]: Invalid value: "1500m": must be an integer'
    ]
