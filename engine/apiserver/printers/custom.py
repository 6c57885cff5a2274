"""Custom resources: the columns that their CustomResourceDefinition declares.

staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor/
tableconvertor.go, v1.36.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.apiserver.printers.ages import GO_ZERO_TIME, UNKNOWN, since
from engine.apiserver.printers.contract import NAME, Cell, Column, Object, Printer
from engine.apiserver.printers.fields import integer, name, text
from engine.apiserver.printers.gotext import INT64_MAX, INT64_MIN
from engine.apiserver.printers.jsonpath.evaluate import JSONPath
from engine.apiserver.printers.jsonpath.nodes import JSONPathError
from engine.apiserver.printers.jsonpath.output import to_text

# What a version has that declares no columns (apiextensions-apiserver, pkg/apihelpers, v1.36).
DEFAULT_COLUMNS = ({"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},)


@dataclass(frozen=True, slots=True)
class _PathColumn:
    column: Column
    path: JSONPath

    def cell(self, value: Object, now: datetime) -> Cell:
        try:
            results = self.path.find(value)
        except JSONPathError:
            return None
        if not results or not results[0]:
            return None
        return _cell(self.column.type, results[0][0], now)


def custom_printer(group: str, kind: str, columns: Sequence[Mapping[str, Any]]) -> Printer:
    """The printer of a custom resource.

    `columns` are the `additionalPrinterColumns` of the version shown. As in the API server, the
    columns end before the first one whose JSONPath cannot be read.
    """
    paths = []
    for declared in columns or DEFAULT_COLUMNS:
        try:
            path = JSONPath(f"{{{text(declared, 'jsonPath')}}}")
        except JSONPathError:
            break
        column = Column(
            text(declared, "name"),
            text(declared, "type"),
            text(declared, "format"),
            integer(declared, "priority"),
        )
        paths.append(_PathColumn(column, path))

    def cells(value: Object, now: datetime) -> tuple[Cell, ...]:
        return name(value), *(path.cell(value, now) for path in paths)

    return Printer(group, kind, (NAME, *(path.column for path in paths)), cells)


def _cell(column_type: str, value: Any, now: datetime) -> Cell:
    """The value as a cell of the column's type, or None where it is not of that type."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match column_type:
        case "string":
            # The table convertor hands a null on in a way that prints as this.
            return "<no value>" if value is None else to_text(value)
        case "integer" if number:
            return int(value)
        case "number" if number:
            return _number(value)
        case "boolean" if isinstance(value, bool):
            return value
        case "date" if isinstance(value, str):
            return _date(value, now)
    return None


def _number(value: int | float) -> int | float:
    """A float64 without a fraction goes through JSON as a whole number."""
    whole = isinstance(value, float) and value.is_integer() and INT64_MIN <= value <= INT64_MAX
    return int(value) if whole else value


def _date(value: str, now: datetime) -> str:
    """An age; metav1.Time reads "" and "null" as no time at all."""
    if value in ("", "null"):
        return UNKNOWN
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return "<invalid>"
    if "T" not in value or time.tzinfo is None:
        return "<invalid>"
    return UNKNOWN if time == GO_ZERO_TIME else since(time.astimezone(UTC), now)
