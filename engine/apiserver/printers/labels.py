"""Labels and selectors in one line, as k8s.io/apimachinery writes them (v1.36).

FormatLabels of pkg/labels/labels.go; selectors are spelled by engine.model.selector.
"""

from typing import Any

from engine.apiserver.printers.contract import Object
from engine.apiserver.printers.fields import mapping, maps, text, texts
from engine.model.selector import Selector, SelectorError

NONE = "<none>"


def format_labels(labels: Object) -> str:
    """`a=1,b=2`, sorted by key; `<none>` when there are none."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or NONE


def selector_string(selector: Any) -> str:
    """`app=web,tier in (a,b),!legacy`, sorted by key; "" for an absent or an empty selector.

    Raises SelectorError for one that the API server could not have parsed.
    """
    expressions = [
        {
            "key": text(expression, "key"),
            "operator": text(expression, "operator"),
            "values": texts(expression, "values"),
        }
        for expression in maps(selector, "matchExpressions")
    ]
    labels = mapping(selector, "matchLabels")
    labels = {key: value for key, value in labels.items() if isinstance(value, str)}
    return str(Selector.from_object({"matchLabels": labels, "matchExpressions": expressions}))


def format_selector(selector: Any) -> str:
    """A label selector in one line, `<none>` when it is empty, `<error>` when it is invalid."""
    try:
        return selector_string(selector) or NONE
    except SelectorError:
        return "<error>"
