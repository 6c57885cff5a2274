"""Aligning cells that are separated by tabs: github.com/liggitt/tabwriter, as kubectl uses it.

Elastic tab stops: the cells of a column that stand in lines right under each other form a block of
one width. A line's last cell belongs to no column. Cells may hold tabs themselves, which then part
them: that is why this works on text.
"""

import re

# GetNewTabWriter of staging/src/k8s.io/cli-runtime/pkg/printers/tabwriter.go, v1.36.
MIN_WIDTH, PADDING = 6, 3
CELL_END = re.compile("[\t\v]")


def align(text: str) -> str:
    """The text with its columns padded by spaces. Every line of `text` ends with a newline.

    Form feeds, which would end all columns, are not looked for: kubectl cuts cells off before them.
    """
    lines = [CELL_END.split(line) for line in text.split("\n")]
    return "\n".join(map(_padded, lines, _column_widths(lines)))


def _column_widths(lines: list[list[str]]) -> list[list[int]]:
    """For each line the widths of its columns.

    Goes through the blocks of a column in order, and in each first through the blocks to its right.
    With the flag RememberWidths a column is never narrower than it was further up.
    """
    widths = [[0] * (len(cells) - 1) for cells in lines]
    remembered: list[int] = []
    pending = [(0, len(lines), 0)]
    while pending:
        start, end, column = pending.pop()
        while start < end and column >= len(widths[start]):
            start += 1
        stop = start
        while stop < end and column < len(widths[stop]):
            stop += 1
        if start == stop:
            continue
        width = max(len(cells[column]) + PADDING for cells in lines[start:stop])
        width = max(width, MIN_WIDTH, *remembered[column : column + 1])
        remembered[column : column + 1] = [width]
        for row in widths[start:stop]:
            row[column] = width
        pending += [(stop, end, column), (start, stop, column + 1)]
    return widths


def _padded(cells: list[str], widths: list[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
    return "".join([*padded, cells[-1]])
