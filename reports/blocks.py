"""The blocks of a section as HTML. All text is escaped here, and nowhere else."""

from __future__ import annotations

import html
from typing import assert_never

from reports.contract import Block, Facts, Figure, Legend, Note, Table
from reports.figures import visible


def escaped(text: str) -> str:
    """Plain text as HTML, for an element's content or a quoted attribute."""
    return html.escape(visible(text))


def as_html(block: Block, number: int) -> str:
    """One block; `number` is the place that a figure has in the page's data."""
    match block:
        case Facts():
            return _facts(block)
        case Note():
            return f'<p class="note {block.tone}" role="note">{escaped(block.text)}</p>'
        case Legend():
            return _legend(block)
        case Table():
            return _table(block)
        case Figure():
            return _card(block, number)
    assert_never(block)


def _facts(facts: Facts) -> str:
    pairs = "".join(
        f"<div><dt>{escaped(name)}</dt><dd>{escaped(value)}</dd></div>"
        for name, value in facts.pairs
    )
    return f'<dl class="facts">{pairs}</dl>'


def _legend(legend: Legend) -> str:
    entries = "".join(
        f'<li><i style="background:var({role})"></i>{escaped(words)}</li>'
        for role, words in legend.entries
    )
    return f'<ul class="legend">{entries}</ul>'


def _table(table: Table) -> str:
    marks = [' class="number"' if column.numeric else "" for column in table.columns]
    head = "".join(
        f'<th scope="col"{mark}>{escaped(column.title)}</th>'
        for column, mark in zip(table.columns, marks, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{escaped(cell)}</td>" for cell, mark in zip(row, marks, strict=True))
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _card(figure: Figure, number: int) -> str:
    """A figure that the page's script draws when it comes into view."""
    title = escaped(figure.title)
    return (
        f'<details class="card"{"" if figure.folded else " open"}><summary>'
        f"<b>{title}</b> <span>{escaped(figure.summary)}</span></summary>"
        f'<div class="figure" role="img" aria-label="{title}" data-figure="{number}" '
        f'style="height:{figure.height_px}px"></div></details>'
    )
