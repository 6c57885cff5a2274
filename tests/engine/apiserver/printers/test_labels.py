import pytest

from engine.apiserver.printers.labels import format_labels, format_selector


def test_labels_are_sorted_by_key():
    assert format_labels({"b": "2", "a": ""}) == "a=,b=2"


def test_no_labels_are_none():
    assert format_labels({}) == "<none>"


@pytest.mark.parametrize(
    ("expressions", "shown"),
    [
        ([{"key": "k", "operator": "In", "values": ["b", "a"]}], "k in (a,b)"),
        ([{"key": "k", "operator": "In", "values": ["a"]}], "k in (a)"),
        ([{"key": "k", "operator": "NotIn", "values": ["a"]}], "k notin (a)"),
        ([{"key": "k", "operator": "Exists"}], "k"),
        ([{"key": "k", "operator": "DoesNotExist"}], "!k"),
        ([{"key": "k", "operator": "In"}], "<error>"),
        ([{"key": "k", "operator": "Exists", "values": ["a"]}], "<error>"),
        ([{"key": "k", "operator": "Is", "values": ["a"]}], "<error>"),
        ([], "<none>"),
    ],
)
def test_a_requirement_prints_by_its_operator(expressions, shown):
    assert format_selector({"matchExpressions": expressions}) == shown


def test_requirements_are_sorted_by_key_whatever_they_come_from():
    selector = {
        "matchLabels": {"z": "1", "b": "2"},
        "matchExpressions": [{"key": "c", "operator": "DoesNotExist"}],
    }
    assert format_selector(selector) == "b=2,!c,z=1"
