from contextlib import suppress

import pytest

from engine.errors import KubeRewindError
from engine.scheduler.reading import ObjectError, integer, mappings, strings, text, truth
from engine.testing import node, pod
from tests.engine.scheduler.scene import decide

ODD = [0, True, "x", [], {}, [None], [[]], {"a": 1}]


def test_what_is_absent_or_null_is_empty():
    assert text({"a": None}, "a", "b") == ""
    assert list(mappings({}, "a")) == []
    assert integer({}, "a", default=7) == 7
    assert truth({"a": {"b": None}}, "a", "b") is False


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (text, 1),
        (integer, "1"),
        (integer, True),
        (truth, "true"),
        (strings, ["a", 1]),
        (mappings, [{}, None]),
        (mappings, {}),
    ],
)
def test_a_field_of_another_type_is_refused(read, value):
    with pytest.raises(ObjectError):
        read({"a": value}, "a")


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize(
    "field",
    ["affinity", "tolerations", "containers", "volumes", "topologySpreadConstraints", "priority"],
)
def test_odd_pods_are_scheduled_or_refused_and_never_crash(field, value):
    asked = pod("a")
    asked.spec[field] = value
    with suppress(KubeRewindError):
        assert decide(asked, [node("n").cpu("1").memory("1Gi")]).best in (["n"], [])
