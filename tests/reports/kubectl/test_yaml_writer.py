"""YAML as kubectl writes it, and as any YAML reader reads it."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from engine.errors import KubeRewindError
from reports.kubectl.yaml_writer import to_yaml


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain text", "plain text"),
        ("", '""'),
        ("true", '"true"'),
        ("no", '"no"'),
        ("y", '"y"'),
        ("null", '"null"'),
        ("~", '"~"'),
        ("1", '"1"'),
        ("1_000", '"1_000"'),
        ("0x1F", '"0x1F"'),
        ("0b12", "0b12"),
        ("089", '"089"'),
        ("1e3", '"1e3"'),
        ("1e999", "1e999"),
        (".5", '".5"'),
        (".inf", '".inf"'),
        ("1.2.3", "1.2.3"),
        ("12:30:45", '"12:30:45"'),
        ("100m", "100m"),
        ("2026-11-21T03:00:00Z", '"2026-11-21T03:00:00Z"'),
        ("2026-11-21", '"2026-11-21"'),
        ("2026-13-21", "2026-13-21"),
        ("a: b", "'a: b'"),
        ("a:", "'a:'"),
        ("a:b", "a:b"),
        ("a #b", "'a #b'"),
        ("#a", "'#a'"),
        ("- a", "'- a'"),
        ("-a", "-a"),
        ("---", "'---'"),
        ("*", "'*'"),
        ("{}", "'{}'"),
        ("it's: so", "'it''s: so'"),
        (" a", "' a'"),
        ("a\tb", '"a\\tb"'),
        ("\x1b\x00é", '"\\e\\0é"'),
        ("😀", '"\\U0001F600"'),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n\nb\n", "|\n  a\n\n  b\n"),
        ("a\n\n", "|+\n  a\n\n"),
        (" a\n", "|2\n   a\n"),
        ("a \nb", '"a \\nb"'),
        (3, "3"),
        (2.0, "2"),
        (2.5, "2.5"),
        (1e21, "1e+21"),
        (True, "true"),
        (None, "null"),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_a_value_is_quoted_only_where_it_must_be(value, shown):
    assert to_yaml({"k": value}) == f"k: {shown}" + ("" if shown.endswith("\n") else "\n")


def test_sequences_stand_under_their_key_and_maps_inside_them_beside_the_dash():
    value = {"a": [{"b": [1, [2, {"c": 3}]], "d": {"e": []}}, "f"]}
    assert to_yaml(value) == "a:\n- b:\n  - 1\n  - - 2\n    - c: 3\n  d:\n    e: []\n- f\n"


def test_keys_are_in_natural_order():
    keys = ["a10", "a9", "b", "B", "_", "a", "1", "a-1", "a09"]
    lines = to_yaml({key: {} for key in keys}).splitlines()
    in_order = [line.removesuffix(": {}").strip('"') for line in lines]
    assert in_order == ["_", "1", "B", "a", "a-1", "a9", "a09", "a10", "b"]


def test_a_long_line_is_folded_at_the_first_space_beyond_column_80():
    words = " ".join(["word"] * 20)
    assert to_yaml({"key": words}).splitlines() == [
        "key: " + " ".join(["word"] * 16),
        "  " + " ".join(["word"] * 4),
    ]


def test_a_key_too_long_for_a_line_is_a_complex_one():
    key = "k" * 129
    assert to_yaml({key: {"a": [1]}}) == f"? {key}\n: a:\n  - 1\n"


SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=200)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4)
    ),
    max_leaves=12,
)


class _Loader(yaml.SafeLoader):
    """Takes a plain `=` for a text, as Go's library does; PyYAML has no use for YAML 1.1's tag."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)


@given(st.dictionaries(st.text(min_size=1, max_size=150), VALUES, max_size=4))
@example({"0": "=", "=": ["="]})
def test_what_is_written_is_read_back_the_same(value):
    assert yaml.load(to_yaml(value), _Loader) == value


@given(st.text(alphabet="ab :'\"#-\n\\", max_size=300))
def test_folded_and_quoted_text_is_read_back_the_same(text):
    assert yaml.safe_load(to_yaml({"a": {"b": text}})) == {"a": {"b": text}}


def test_bottomless_nesting_is_an_error_in_one_line():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(KubeRewindError, match="nested too deeply"):
        to_yaml(value)
