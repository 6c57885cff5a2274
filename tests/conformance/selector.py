"""Label and field selectors: parsed, printed, and what they select."""

from typing import Any

from engine.model.field_selector import FieldSelector
from engine.model.selector import Selector, SelectorError, format_selector
from tests.conformance.differences import differences


def check(vector: dict[str, Any]) -> list[str]:
    """How our result differs from the vector's."""
    given = {"id", "type", "in", "selector"}
    expected = {key: value for key, value in vector.items() if key not in given}
    return differences(expected, _evaluated(vector))


def _evaluated(vector: dict[str, Any]) -> dict[str, Any]:
    try:
        selector = _selector(vector)
    except SelectorError as error:
        return {"error": str(error)}
    result = {
        "string": str(selector),
        "empty": selector.empty,
        "cases": [
            {**case, "matches": selector.matches(case.get("labels", case.get("fields", {})))}
            for case in vector["cases"]
        ],
    }
    if vector["type"] == "labelSelector":
        result["formatted"] = format_selector(vector["selector"])
    return result


def _selector(vector: dict[str, Any]) -> Selector | FieldSelector:
    match vector["type"]:
        case "label":
            return Selector.parse(vector["in"])
        case "labelSelector":
            return Selector.from_object(vector["selector"])
        case _:
            return FieldSelector.parse(vector["in"])
