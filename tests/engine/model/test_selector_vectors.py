from engine.model.field_selector import FieldSelector
from engine.model.selector import Selector, SelectorError, format_selector
from tests.vectors import read


def evaluated(vector):
    try:
        match vector["type"]:
            case "label":
                selector = Selector.parse(vector["in"])
            case "labelSelector":
                selector = Selector.from_object(vector["selector"])
            case "field":
                selector = FieldSelector.parse(vector["in"])
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


def test_every_selector_selects_what_kubernetes_selects():
    given = {"id", "type", "in", "selector"}
    for vector in read("selector"):
        expected = {key: value for key, value in vector.items() if key not in given}
        assert evaluated(vector) == expected, vector["id"]
