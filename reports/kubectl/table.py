"""Tables: pkg/printers/tableprinter.go of k8s.io/cli-runtime, v1.36."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.apiserver.printers.contract import Cell, Column, Object, Printer
from engine.apiserver.printers.fields import mapping, text
from engine.apiserver.printers.gotext import sprint
from engine.apiserver.printers.labels import format_labels
from engine.apiserver.printers.registry import printer_for
from reports.kubectl.listing import GetOptions, Listing
from reports.kubectl.sorting import sort_objects
from reports.kubectl.tabwriter import align
from reports.kubectl.terminal import escape_cell


def render_tables(listings: Sequence[Listing], options: GetOptions, now: datetime) -> str:
    """A table for each listing that has objects, with an empty line between.

    With several kinds, names carry theirs: `service/web`.
    """
    with_kind = len({(listing.group, listing.kind) for listing in listings}) > 1
    tables, with_namespace = [], False
    for listing in listings:
        # Once kubectl has printed (or would have) a namespaced kind, cluster-scoped kinds that come
        # after it get the column too, with nothing in it: they share one set of print flags.
        with_namespace = with_namespace or (options.all_namespaces and listing.namespaced)
        if listing.objects:
            tables.append(_table(listing, options, with_kind, with_namespace, now))
    return ("" if options.no_headers else "\n").join(tables)


def _table(
    listing: Listing, options: GetOptions, with_kind: bool, with_namespace: bool, now: datetime
) -> str:
    printer = printer_for(listing.group, listing.kind, listing.custom_columns)
    wide = options.output == "wide"
    shown = [index for index, column in enumerate(printer.columns) if wide or not column.priority]
    prefix = f"{listing.qualified_kind}/" if with_kind else ""
    named = _name_column(printer.columns)

    def row(value: Object) -> list[str]:
        cells = list(map(_shown, printer.cells(value, now)))
        if named is not None:
            cells[named] = prefix + cells[named]
        namespace = [text(value, "metadata", "namespace")] if with_namespace else []
        labels = mapping(value, "metadata", "labels")
        return [*namespace, *(cells[index] for index in shown), *_label_cells(labels, options)]

    lines = [row(value) for value in _in_order(listing, printer, options)]
    if not options.no_headers:
        headers = [printer.columns[index].name for index in shown]
        namespace = ["Namespace"] if with_namespace else []
        lines.insert(0, [h.upper() for h in [*namespace, *headers, *_label_headers(options)]])
    return align("".join(map(_line, lines)))


def _in_order(listing: Listing, printer: Printer, options: GetOptions) -> list[Object]:
    listed = listing.ordered
    if printer.order is not None and not listing.by_name:
        listed.sort(key=printer.order)
    return sort_objects(listed, options.sort_by) if options.sort_by else listed


def _name_column(columns: Iterable[Column]) -> int | None:
    for index, column in enumerate(columns):
        if column.format == "name" and column.type == "string":
            return index
    return None


def _shown(cell: Cell) -> str:
    return "" if cell is None else sprint(cell)


def _label_headers(options: GetOptions) -> list[str]:
    headers = [label.rpartition("/")[2] for label in options.label_columns]
    return [*headers, "Labels"] if options.show_labels else headers


def _label_cells(labels: Object, options: GetOptions) -> list[str]:
    cells = [text(labels, label) for label in options.label_columns]
    return [*cells, format_labels(labels)] if options.show_labels else cells


def _line(cells: list[str]) -> str:
    return "\t".join(map(escape_cell, cells)) + "\n"
