"""Labels and selectors in one line, as k8s.io/apimachinery writes them (v1.36).

FormatLabels of pkg/labels/labels.go, FormatLabelSelector and LabelSelectorAsSelector of
pkg/apis/meta/v1/helpers.go, Requirement.String of pkg/labels/selector.go.
"""

from typing import Any

from engine.apiserver.printers.contract import Object
from engine.apiserver.printers.fields import mapping, maps, text, texts

NONE = "<none>"


class InvalidSelectorError(ValueError):
    """A label selector that the API server could not have parsed."""


def format_labels(labels: Object) -> str:
    """`a=1,b=2`, sorted by key; `<none>` when there are none."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or NONE


def selector_string(selector: Any) -> str:
    """`app=web,tier in (a,b),!legacy`, sorted by key; "" for an absent or an empty selector.

    Raises InvalidSelectorError for an unknown operator, or values that do not go with it.
    """
    requirements = [
        (key, f"{key}={value}") for key, value in mapping(selector, "matchLabels").items()
    ]
    requirements += [
        (text(expression, "key"), _requirement(expression))
        for expression in maps(selector, "matchExpressions")
    ]
    return ",".join(shown for _, shown in sorted(requirements, key=lambda pair: pair[0]))


def _requirement(expression: Object) -> str:
    key, operator = text(expression, "key"), text(expression, "operator")
    values = sorted(texts(expression, "values"))
    if operator in ("In", "NotIn") and values:
        return f"{key} {operator.lower()} ({','.join(values)})"
    if operator in ("Exists", "DoesNotExist") and not values:
        return key if operator == "Exists" else f"!{key}"
    raise InvalidSelectorError(f"label selector operator {operator!r} with {len(values)} values")


def format_selector(selector: Any) -> str:
    """A label selector in one line, `<none>` when it is empty, `<error>` when it is invalid."""
    try:
        return selector_string(selector) or NONE
    except InvalidSelectorError:
        return "<error>"
