import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.apiserver.printers.gotext import json_number, sprint


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        (None, "<nil>"),
        (3, "3"),
        (3.0, "3"),
        (0.5, "0.5"),
        (1000000.0, "1e+06"),
        (123456.75, "123456.75"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-2.5e300, "-2.5e+300"),
        ("text", "text"),
        ({"b": [1, "x"], "a": {}}, "map[a:map[] b:[1 x]]"),
    ],
)
def test_a_value_is_what_go_prints(value, shown):
    assert sprint(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "1"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1e-6, "0.000001"),
        (1.5e-7, "1.5e-7"),
        (2**63 - 1, "9223372036854775807"),
        (2**63, "9223372036854776000"),
        (2**100, "1.2676506002282294e+30"),
    ],
)
def test_a_number_is_what_go_marshals(value, shown):
    assert json_number(value) == shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_as_it_was(value):
    assert float(json_number(value)) == value
    assert float(sprint(value)) == value
