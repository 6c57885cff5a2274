import pytest

from engine.apiserver.printers.gojson import compact, indented
from engine.errors import KubeRewindError


def test_indented_json_has_sorted_keys_and_four_spaces():
    assert indented({"b": [], "a": {"y": [1, None], "x": {}}}) == (
        '{\n    "a": {\n        "x": {},\n        "y": [\n            1,\n            null\n'
        '        ]\n    },\n    "b": []\n}'
    )


def test_indentation_inside_strings_stays():
    assert indented({"a": "\n  b"}) == '{\n    "a": "\\n  b"\n}'


def test_what_html_and_javascript_would_take_for_theirs_is_escaped():
    assert compact({"<&>": "\u2028\u2029"}) == '{"\\u003c\\u0026\\u003e":"\\u2028\\u2029"}'


def test_control_characters_are_escaped():
    assert compact("\x00\x08\x0c\x1b\n\x7f") == '"\\u0000\\b\\f\\u001b\\n\x7f"'


def test_half_a_surrogate_pair_becomes_a_replacement_character():
    assert compact("a\ud800b") == '"a\ufffdb"'


def test_numbers_are_as_go_writes_them():
    assert compact([1.0, 1e21, True, 2**70]) == "[1,1e+21,true,1.1805916207174113e+21]"


def test_bottomless_nesting_is_an_error_in_one_line():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(KubeRewindError, match=r"^an object cannot be written as JSON: [^\n]*$"):
        compact(value)
