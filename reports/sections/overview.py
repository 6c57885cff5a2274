"""The record at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from reports.contract import Block, Facts, Note, Section, Span
from reports.figures import count, duration, moment, visible


def build(rows: pa.Table, span: Span) -> Sequence[Block]:
    """Time, size and version; a note where bodies were not in the record."""
    (row,) = rows.to_pylist()
    pairs = [
        ("from", f"{moment(span.start_ms)} UTC"),
        ("until", f"{moment(span.end_ms)} UTC"),
        ("recorded", duration(span.end_ms - span.start_ms)),
    ]
    if row["kubernetes"]:
        pairs.append(("Kubernetes", visible(", ".join(row["kubernetes"][:3]))))
    pairs += [
        ("nodes", f"{row['nodes']:,}"),
        ("pods", f"{row['pods']:,}"),
        ("objects", f"{row['objects']:,}"),
        ("versions", f"{row['versions']:,}"),
        ("writes", f"{row['written']:,}"),
        ("refused", f"{row['refused']:,}"),
    ]
    blocks: list[Block] = [Facts(tuple(pairs))]
    if row["partial"]:
        blocks.append(
            Note(
                f"The record does not hold the bodies of {row['partial']:,} of "
                f"{count(row['versions'], 'version')}: they were logged below RequestResponse, or "
                "are older than the record."
            )
        )
    return blocks


SECTION = Section(name="overview", title="The record", about="", build=build)
