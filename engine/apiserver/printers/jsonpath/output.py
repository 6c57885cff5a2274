"""Values that a JSONPath found, as text: PrintResults of
staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go, v1.36."""

from typing import Any

from engine.apiserver.printers.gojson import compact
from engine.apiserver.printers.gotext import sprint
from engine.apiserver.printers.jsonpath.evaluate import JSONPath


def render(path: JSONPath, data: Any) -> str:
    """The template filled in; the values that one part found are joined by spaces."""
    return "".join(" ".join(map(to_text, values)) for values in path.find(data))


def to_text(value: Any) -> str:
    """One value: maps and lists as JSON, null as `null`, all else as it is."""
    if isinstance(value, dict | list):
        return compact(value)
    return "null" if value is None else sprint(value)
