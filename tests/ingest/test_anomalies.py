"""Anomalies are counted, and their first occurrence is shown without harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.anomalies import BY_NAME, CATALOGUE, Collector, outline, printable
from ingest.log.schema import ANOMALIES


def test_the_first_occurrence_is_kept_and_all_are_counted() -> None:
    notes = Collector()
    notes.add("not_json", "a.log", line=3, offset=40, example="first")
    notes.add("not_json", "a.log", line=9, example="second")
    notes.add("not_json", "b.log", line=1)
    assert notes.count("not_json") == 3
    assert notes.of("a.log") == {"not_json": 2}
    assert notes.rows()[0] == {
        "name": "not_json",
        "severity": "data_loss",
        "source": "a.log",
        "count": 2,
        "first_line": 3,
        "first_offset": 40,
        "example": "first",
    }


def test_the_table_has_its_schema_and_order() -> None:
    notes = Collector()
    notes.add("nul_bytes", "b")
    notes.add("not_json", "b")
    notes.add("not_json", "a")
    batch = notes.batch()
    assert batch.schema == ANOMALIES.arrow
    order = list(zip(*(batch.column(name).to_pylist() for name in ANOMALIES.order), strict=True))
    assert order == [("a", "not_json"), ("b", "not_json"), ("b", "nul_bytes")]


def test_collectors_add_up() -> None:
    total, part = Collector(), Collector()
    total.add("not_json", "a", line=1)
    part.add("not_json", "a", line=5, count=4)
    total.absorb([part])
    assert (total.count("not_json", "a"), total.rows()[0]["first_line"]) == (5, 1)


def test_names_are_unique_and_explained() -> None:
    assert len(BY_NAME) == len(CATALOGUE)
    assert all(anomaly.prose.endswith(".") for anomaly in CATALOGUE)


@given(st.text())
def test_an_example_is_one_short_printable_line(text: str) -> None:
    shown = printable(text)
    assert len(shown) <= 120
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (b'{"kind":"Secret","data":{"p":"c2VjcmV0"', "39 bytes of JSON, with kind, data"),
        (b'{"hunter2":1}', "13 bytes of JSON, with unknown keys"),
        (b'c3VwZXI="},"code":200}', "22 bytes, not shown: they may hold a secret"),
        (b"x" * 40, "40 bytes, not shown: they may hold a secret"),
        (b"I1121 server \x1b[31mstarting", "I1121 server \\x1b[31mstarting"),
    ],
)
def test_an_outline_shows_form_and_no_values(record: bytes, shown: str) -> None:
    assert outline(record) == shown
