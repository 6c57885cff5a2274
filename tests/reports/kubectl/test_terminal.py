"""Nothing that a cluster holds can move the cursor, or turn the direction of writing."""

import json
from datetime import UTC, datetime

import pytest

from reports.kubectl.get import render
from reports.kubectl.listing import GetOptions, Listing
from reports.kubectl.terminal import escape_cell, escape_json, escape_line, escape_text

HOSTILE = "a\x1b[31m\x07\x7f\x9b\r\x0c\u202eb\u2066\u200f\u061cz"
BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]


@pytest.mark.parametrize("code", BIDI)
def test_marks_that_turn_the_direction_of_writing_are_shown(code: int) -> None:
    for escaped in (escape_cell, escape_text, escape_json, escape_line):
        assert escaped(f"a{chr(code)}b") == f"a\\u{code:04x}b"


def test_text_keeps_its_lines_and_tabs_alone() -> None:
    assert escape_text("a\n\tb\x0b\x0c\r\x1b") == "a\n\tb^K^L\\r^["


def test_a_message_is_one_line() -> None:
    assert escape_line("a\nb\x1bc") == "a b^[c"


def test_json_means_the_same_when_it_is_escaped() -> None:
    text = json.dumps({"k": HOSTILE}, ensure_ascii=False)
    assert escape_json(text).isascii()
    assert json.loads(escape_json(text)) == {"k": HOSTILE}


@pytest.mark.parametrize(
    "output", ["json", "jsonl", "yaml", "name", "jsonpath={..name}", "jsonpath-as-json={..name}"]
)
def test_objects_are_printed_as_they_are_but_on_a_terminal(output: str) -> None:
    pod = {"metadata": {"name": "a\u202eb\x9b"}}
    listing = Listing("pods", "pod", "Pod", "", "v1", True, [pod])
    now = datetime(2026, 11, 21, tzinfo=UTC)
    raw = render([listing], GetOptions(output=output), now)
    shown = render([listing], GetOptions(output=output, terminal=True), now)
    assert "\u202e" in raw
    assert shown.isascii()
    assert "\\u202e" in shown
