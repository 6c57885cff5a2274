"""The options of `get`."""

from datetime import UTC, datetime

import pytest

from engine.errors import KubeRewindError
from reports.kubectl.get import nothing_found, render
from reports.kubectl.listing import GetOptions, Listing

NOW = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)


def pod(name, namespace="default", **fields):
    metadata = {"name": name, "namespace": namespace, "creationTimestamp": "2026-11-21T03:00:00Z"}
    return {"metadata": metadata | fields.pop("metadata", {}), **fields}


def pods(*objects):
    return Listing("pods", "pod", "Pod", "", "v1", True, objects)


def nodes(*objects):
    return Listing("nodes", "node", "Node", "", "v1", False, objects)


def printed(*listings, **options):
    return render(listings, GetOptions(**options), NOW)


def names(text):
    return [line.split()[0] for line in text.splitlines()[1:]]


def test_objects_are_listed_by_the_bytes_of_their_key():
    text = printed(pods(pod("b", "a"), pod("a", "a"), pod("a", "a-b")), all_namespaces=True)
    assert [line.split()[:2] for line in text.splitlines()] == [
        ["NAMESPACE", "NAME"],
        ["a-b", "a"],
        ["a", "a"],
        ["a", "b"],
    ]


def test_wide_columns_show_with_wide_only():
    assert "NOMINATED NODE" not in printed(pods(pod("a")))
    assert "NOMINATED NODE" in printed(pods(pod("a")), output="wide")


def test_no_headers_leaves_headers_and_empty_lines_away():
    text = printed(pods(pod("a")), nodes({"metadata": {"name": "n"}}), no_headers=True)
    assert [line.split()[0] for line in text.splitlines()] == ["pod/a", "node/n"]


def test_a_resource_without_objects_has_no_table():
    text = printed(pods(), nodes({"metadata": {"name": "n"}}))
    assert text.splitlines()[1].startswith("node/n ")
    assert text.splitlines()[0].startswith("NAME ")


def test_the_namespace_column_stays_for_cluster_scoped_kinds_after_a_namespaced_one():
    node = {"metadata": {"name": "n"}}
    after = printed(pods(), nodes(node), all_namespaces=True)
    assert after.splitlines()[0].startswith("NAMESPACE   NAME")
    before = printed(nodes(node), pods(pod("a")), all_namespaces=True)
    assert before.splitlines()[0].startswith("NAME ")


def test_labels_show_when_asked_for():
    one = pod("a", metadata={"labels": {"b": "2", "a": "1", "example.com/team": "red"}})
    text = printed(pods(one), show_labels=True, label_columns=("example.com/team", "x"))
    assert text.splitlines()[0].split()[-3:] == ["TEAM", "X", "LABELS"]
    assert text.splitlines()[1].endswith("red          a=1,b=2,example.com/team=red")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"namespace": "shop"}, "No resources found in shop namespace.\n"),
        ({"all_namespaces": True}, "No resources found\n"),
        ({"output": "json"}, ""),
    ],
)
def test_finding_nothing_is_said_beside_a_table(options, message):
    assert nothing_found([pods()], GetOptions(**options)) == message
    assert printed(pods(), output="wide") == ""


def test_finding_no_cluster_scoped_object_names_no_namespace():
    assert nothing_found([nodes()], GetOptions()) == "No resources found\n"


def test_finding_something_says_nothing():
    assert nothing_found([nodes(), pods(pod("a"))], GetOptions()) == ""


@pytest.mark.parametrize(
    "sort_by", [".status.phase", "status.phase", "{.status.phase}", "{status.phase}"]
)
def test_objects_are_sorted_by_a_field(sort_by):
    given = pods(pod("a", status={"phase": "Running"}), pod("b", status={"phase": "Failed"}))
    assert names(printed(given, sort_by=sort_by)) == ["b", "a"]


def test_quantities_are_sorted_by_value_and_objects_without_them_come_first():
    given = pods(
        pod("a", spec={"m": "1Gi"}),
        pod("b", spec={"m": "900Mi"}),
        pod("c"),
        pod("d", spec={"m": "2k"}),
    )
    assert names(printed(given, sort_by=".spec.m")) == ["c", "d", "b", "a"]


def test_json_is_sorted_too():
    given = pods(pod("a", n=2), pod("b", n=1))
    assert printed(given, sort_by=".n", output="name") == "pod/b\npod/a\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sort_by": ".spec.missing"}, "couldn't find any field"),
        ({"sort_by": "{.a}{.b}"}, "unexpected path"),
        ({"sort_by": ".metadata"}, "cannot sort by this field"),
        ({"output": "table"}, "unable to match a printer"),
        ({"output": "json=x"}, "unable to match a printer"),
        ({"output": "jsonpath"}, "unable to match a printer"),
        ({"output": "jsonpath="}, "no template given"),
        ({"output": "custom-columns="}, "no custom columns given"),
        ({"output": "custom-columns=NAME"}, "unexpected custom-columns spec"),
        ({"output": "jsonpath={.items[9]}"}, "out of bounds"),
    ],
)
def test_an_option_that_cannot_be_followed_is_an_error_in_one_line(options, message):
    with pytest.raises(KubeRewindError, match=message) as error:
        printed(pods(pod("a"), pod("b")), **options)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("\x1b[31mred", "^[[31mred"),
        ("two\nlines", "two..."),
        ("return\rover", "return..."),
        ("bell\x07 del\x7f csi\x9b", "bell^G del\\x7f csi\\x9b"),
    ],
)
def test_control_characters_cannot_reach_the_terminal(cell, shown):
    row = printed(pods(pod("a", status={"phase": cell}))).splitlines()[1]
    assert row == f"a      0/0     {shown}   0          10m"


def test_custom_columns_show_any_field():
    one = pod("a", spec={"containers": [{"name": "x"}, {"name": "y"}], "m": {"k": 1}})
    output = "custom-columns=NAME:.metadata.name,C:.spec.containers[*].name,M:{.spec.m},Z:.z"
    assert printed(pods(one), output=output) == (
        "NAME   C     M          Z\na      x,y   map[k:1]   <none>\n"
    )
    assert printed(pods(one), output="custom-columns=N:.metadata.name", no_headers=True) == "a\n"


def test_jsonpath_goes_over_a_list_or_over_the_one_object_that_was_asked_for():
    assert printed(pods(pod("a")), output="jsonpath={.items[*].metadata.name}") == "a"
    assert printed(pods(pod("a")), output="jsonpath={.metadata.name}", single=True) == "a"
    assert printed(pods(pod("a")), output="jsonpath-as-json={..name}") == '[\n    "a"\n]\n'
