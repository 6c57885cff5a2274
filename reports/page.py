"""The report: one self-contained HTML page of a trace.

The page holds its data as JSON, apart from its looks (templates/), and needs no network: its policy
forbids the browser everything that is not in the file. The same trace gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template
from typing import Any

import pyarrow as pa

from engine.errors import KubeRewindError
from ingest.log.durable import write_atomically
from reports.blocks import as_html, escaped
from reports.contract import Block, Figure, Json, Log, Note, Section, Span
from reports.frame import policy, read
from reports.registry import SECTIONS

Content = tuple[Section, Sequence[Block]]

# What could end a <script> or open a comment in it; JSON reads the escapes as the same characters.
_UNSAFE_IN_SCRIPT = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


def build_report(log: Log, title: str, sections: Sequence[Section] = SECTIONS) -> str:
    """The whole page as HTML text; `title` names the cluster or the trace."""
    contents = _contents(log, sections)
    figures = [block for _, blocks in contents for block in blocks if isinstance(block, Figure)]
    script = read("reports.templates", "report.js")
    plotly = read("plotly.package_data", "plotly.min.js")
    return Template(read("reports.templates", "report.html")).substitute(
        title=escaped(title),
        policy=policy(plotly, script),
        style=read("reports.templates", "report.css"),
        links="".join(f'<a href="#{s.name}">{escaped(s.title)}</a>' for s, _ in contents),
        body=_body(contents) or as_html(Note("The record has no events."), 0),
        figures=_json([_drawing(figure) for figure in figures]),
        plotly=plotly,
        script=script,
    )


def save(page: str, path: Path) -> None:
    """Write the page whole or not at all; - is standard output, a device is written through.

    Raises KubeRewindError if it cannot be written.
    """
    if path == Path("-"):
        sys.stdout.write(page)
        return
    try:
        if path.exists() and not path.is_file():
            path.write_text(page, encoding="utf-8")
        else:
            write_atomically(path, page.encode())
    except OSError as error:
        # The error itself names a temporary file, of which the user knows nothing.
        raise KubeRewindError(f"cannot write {path}: {error.strerror or error}") from error


def _contents(log: Log, sections: Iterable[Section]) -> list[Content]:
    """The sections that have something to show, with what they show."""
    (recorded,) = _rows(log, read("reports", "span.sql")).to_pylist()
    if recorded["start_ms"] is None:
        return []
    span = Span(**recorded)
    shown = []
    for section in sections:
        rows = _rows(log, read("reports.sections", f"{section.name}.sql"))
        blocks = section.build(rows, span)
        if blocks:
            shown.append((section, blocks))
    return shown


def _rows(log: Log, query: str) -> pa.Table:
    log.prepare(query)
    return log.connection.sql(query).to_arrow_table()


def _body(contents: Iterable[Content]) -> str:
    """The sections as HTML; figures are numbered as they come."""
    parts: list[str] = []
    number = 0
    for section, blocks in contents:
        parts.append(f'<section id="{section.name}">\n<h2>{escaped(section.title)}</h2>\n')
        parts.append(f'<p class="about">{escaped(section.about)}</p>\n' if section.about else "")
        for block in blocks:
            parts.append(as_html(block, number) + "\n")
            number += isinstance(block, Figure)
        parts.append("</section>\n")
    return "".join(parts)


def _drawing(figure: Figure) -> Json:
    return {"data": figure.traces, "layout": figure.layout}


def _json(value: Any) -> str:
    """JSON that can stand in a <script>: ASCII alone, and nothing that ends the element."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.translate(_UNSAFE_IN_SCRIPT)
