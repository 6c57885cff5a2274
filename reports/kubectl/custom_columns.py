"""`-o custom-columns=NAME:.metadata.name`: pkg/cmd/get/customcolumn.go of k8s.io/kubectl, v1.36."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.apiserver.printers.contract import Object
from engine.apiserver.printers.gotext import sprint
from engine.apiserver.printers.jsonpath.evaluate import JSONPath
from reports.kubectl.listing import OutputError
from reports.kubectl.sorting import relaxed_path
from reports.kubectl.tabwriter import align
from reports.kubectl.terminal import escape


@dataclass(frozen=True, slots=True)
class _CustomColumn:
    header: str
    path: JSONPath

    def cell(self, value: Object) -> str:
        """All values that are found, with commas between."""
        results = self.path.find(value)
        found = [escape(sprint(item)) for values in results for item in values]
        return ",".join(found) if results and results[0] else ",".join(["<none>", *found])


def render_custom_columns(specification: str, objects: Iterable[Object], no_headers: bool) -> str:
    """A table of the fields that `HEADER:path,…` names. Raises OutputError, JSONPathError."""
    columns = _parse(specification)
    lines = [] if no_headers else [[escape(column.header) for column in columns]]
    lines += [[column.cell(value) for column in columns] for value in objects]
    return align("".join("\t".join(cells) + "\n" for cells in lines))


def _parse(specification: str) -> list[_CustomColumn]:
    if not specification:
        raise OutputError("custom-columns format specified but no custom columns given")
    columns = []
    for part in specification.split(","):
        header, colon, path = part.partition(":")
        if not colon:
            raise OutputError(
                f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
            )
        columns.append(_CustomColumn(header, JSONPath(relaxed_path(path))))
    return columns
