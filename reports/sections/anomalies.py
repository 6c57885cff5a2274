"""What the record lost: one alarm for each kind of loss, nothing where nothing was lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from ingest.anomalies import BY_NAME
from reports.contract import Block, Note, Section, Span
from reports.figures import clipped, count, visible
from reports.words import times


def build(rows: pa.Table, span: Span) -> Sequence[Block]:
    """The alarms; an empty section is left off the page."""
    return [Note(_sentence(row), "alarm") for row in rows.to_pylist()]


def _sentence(row: dict[str, Any]) -> str:
    known = BY_NAME.get(row["name"])
    prose = f" {known.prose}" if known else ""
    where = visible(clipped(row["a_source"], 80))
    if row["sources"] > 1:
        where = f"{count(row['sources'], 'source')}, such as {where}"
    return f"{visible(row['name'])}, {times(row['times'])} in {where}.{prose}"


SECTION = Section(
    name="anomalies",
    title="What is missing",
    about="Parts of the record were lost; what is shown below is without them.",
    build=build,
)
