from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.apiserver.patch.diff.strategic import three_way_patch, two_way_patch
from engine.apiserver.patch.errors import PatchError
from engine.apiserver.patch.strategic.merge import apply_strategic_merge_patch

LETTERS = st.sampled_from("abcde")
LABELS = st.dictionaries(LETTERS, LETTERS, max_size=3)


def named(fields: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists of objects with these fields, each with a name of its own."""
    return st.dictionaries(LETTERS, fields, max_size=4).flatmap(
        lambda found: st.permutations([{"name": key, **found[key]} for key in sorted(found)])
    )


CONTAINERS = named(
    st.fixed_dictionaries(
        {}, optional={"image": LETTERS, "env": named(st.fixed_dictionaries({"value": LETTERS}))}
    )
)
PODS = st.fixed_dictionaries(
    {
        "metadata": st.fixed_dictionaries(
            {}, optional={"labels": LABELS, "finalizers": st.lists(LETTERS, unique=True)}
        ),
        "spec": st.fixed_dictionaries(
            {"containers": CONTAINERS}, optional={"nodeSelector": LABELS, "priority": st.integers()}
        ),
    }
)


@given(PODS, PODS)
def test_the_patch_from_one_object_to_another_leads_there(original, modified):
    patch = two_way_patch(original, modified, "v1", "Pod")
    assert apply_strategic_merge_patch(original, patch, "v1", "Pod") == modified


@given(PODS)
def test_equal_objects_differ_in_nothing_but_the_order_of_sets(pod):
    """Go sorts a list of scalars before it compares it with itself."""
    pod["metadata"].get("finalizers", []).sort()
    assert two_way_patch(pod, pod, "v1", "Pod") == {}


def test_a_set_that_is_not_sorted_gets_its_order_even_where_nothing_changed():
    pod = {"metadata": {"finalizers": ["b", "a"]}}
    patch = two_way_patch(pod, pod, "v1", "Pod")
    assert patch == {"metadata": {"$setElementOrder/finalizers": ["b", "a"]}}


def test_items_of_one_key_are_compared_in_the_order_that_go_sorts_them_in():
    def ports(*protocols: str) -> dict[str, Any]:
        found = [{"containerPort": 53, "protocol": protocol} for protocol in protocols]
        return {"spec": {"containers": [{"name": "dns", "ports": found}]}}

    patch = two_way_patch(ports("UDP", "TCP"), ports("UDP"), "v1", "Pod")
    [container] = patch["spec"]["containers"]
    assert container["ports"] == [
        {"containerPort": 53, "protocol": "UDP"},
        {"containerPort": 53, "$patch": "delete"},
    ]


def test_fields_of_a_union_name_those_that_stay():
    def volume(**source: Any) -> dict[str, Any]:
        return {"spec": {"volumes": [{"name": "v", **source}]}}

    patch = two_way_patch(volume(emptyDir={}), volume(hostPath={"path": "/"}), "v1", "Pod")
    assert patch["spec"]["volumes"] == [
        {"name": "v", "emptyDir": None, "hostPath": {"path": "/"}, "$retainKeys": [
            "hostPath", "name"]}
    ]  # fmt: skip


def test_a_three_way_patch_deletes_what_was_applied_and_leaves_what_others_set():
    def pod(*names: str, **labels: str) -> dict[str, Any]:
        containers = [{"name": name} for name in names]
        return {"metadata": {"labels": labels}, "spec": {"containers": containers}}

    applied, wanted = pod("a", "b", x="1", y="1"), pod("a", x="2")
    live = pod("a", "b", "sidecar", x="1", y="1", others="1")
    patch = three_way_patch(applied, wanted, live, "v1", "Pod")
    assert patch == {
        "metadata": {"labels": {"x": "2", "y": None}},
        "spec": {
            "$setElementOrder/containers": [{"name": "a"}],
            "containers": [{"name": "b", "$patch": "delete"}],
        },
    }
    assert apply_strategic_merge_patch(live, patch, "v1", "Pod") == pod(
        "a", "sidecar", x="2", others="1"
    )


def test_an_unknown_field_matters_only_where_it_changed():
    before, same, after = ({"spec": {"bogus": {"a": value}}} for value in (1, 1, 2))
    assert two_way_patch(before, same, "v1", "Pod") == {}
    with pytest.raises(PatchError, match='in struct PodSpec for the json field "bogus"'):
        two_way_patch(before, after, "v1", "Pod")


def test_kinds_of_unknown_types_have_no_strategic_patch():
    with pytest.raises(PatchError, match="strategic merge patch format is not supported"):
        two_way_patch({}, {}, "example.com/v1", "Widget")
