"""Internal types print with Go's names, every field, in Go's order."""

import pytest

from engine.apiserver.validation.field import marshal
from engine.apiserver.validation.internal_form import (
    difference,
    external_form,
    internal_form,
    semantically_equal,
)

CORE = "io.k8s.api.core.v1."
POD_SPEC = f"{CORE}PodSpec"


@pytest.mark.parametrize(
    ("type_name", "value", "printed"),
    [
        (
            f"{CORE}Taint",
            {"effect": "NoSchedule", "key": "a"},
            '{"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}',
        ),
        (
            f"{CORE}ServicePort",
            {"port": 80, "protocol": "TCP"},
            '{"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
        ),
        (
            "io.k8s.api.policy.v1.PodDisruptionBudgetSpec",
            {"selector": {"matchLabels": {"app": "web"}}, "minAvailable": "5%"},
            (
                '{"MinAvailable":"5%","Selector":{"matchLabels":{"app":"web"}},"MaxUnavailable":null,'
                '"UnhealthyPodEvictionPolicy":null}'
            ),
        ),
        (
            "io.k8s.api.rbac.v1.RoleRef",
            {"kind": "Role", "name": "a", "apiGroup": "g"},
            '{"APIGroup":"g","Kind":"Role","Name":"a"}',
        ),
    ],
)
def test_a_struct_is_printed_whole(type_name, value, printed):
    assert marshal(internal_form(type_name, value)) == printed


def test_what_concerns_the_host_is_in_the_security_context():
    printed = internal_form(POD_SPEC, {"hostNetwork": True, "hostPID": True})
    assert "HostNetwork" not in printed
    assert list(printed["SecurityContext"].items())[:3] == [
        ("HostNetwork", True),
        ("HostPID", True),
        ("HostIPC", False),
    ]


def test_embedded_metadata_prints_as_its_json_does():
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {}}
    printed = internal_form(f"{CORE}PodTemplateSpec", template)
    assert list(printed) == ["labels", "Spec"]


def test_external_types_keep_gos_order_and_leave_out_what_is_empty():
    selector = {"matchExpressions": [{"values": ["x"], "operator": "In", "key": "a"}]}
    name = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"
    assert marshal(external_form(name, selector)) == (
        '{"matchExpressions":[{"key":"a","operator":"In","values":["x"]}]}'
    )


def test_quantities_are_compared_by_value_and_empty_lists_are_none():
    first = {"overhead": {"memory": "1Ki"}, "tolerations": []}
    assert semantically_equal(POD_SPEC, first, {"overhead": {"memory": "1024"}})
    assert not semantically_equal(POD_SPEC, first, {"overhead": {"memory": "1025"}})


def test_a_difference_is_told_in_unified_lines():
    changes = difference(POD_SPEC, {"schedulerName": "a"}, {"schedulerName": "b"})
    assert changes.startswith("@@ -")
    assert '- "SchedulerName": "a",\n+ "SchedulerName": "b",\n' in changes
    assert changes.endswith("\n")
