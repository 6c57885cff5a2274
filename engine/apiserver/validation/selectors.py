"""Selectors of workloads, which select the pods of their own template.

After pkg/apis/apps/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, invalid, required
from engine.apiserver.validation.internal_form import external_form
from engine.apiserver.validation.labels import validate_label_selector
from engine.model.selector import Selector, SelectorError

_TYPE = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"
_NO_MATCH = "`selector` does not match template `labels`"

Labels = Mapping[str, str]


def shown_selector(selector: Mapping[str, Any] | None) -> Any:
    """A LabelSelector as messages print it."""
    return external_form(_TYPE, selector)


def selector_of(selector: Mapping[str, Any] | None) -> Selector | None:
    """LabelSelectorAsSelector; None for what is none."""
    try:
        return Selector.from_object(selector)
    except SelectorError:
        return None


def labels_of(template: Mapping[str, Any]) -> Labels | None:
    """The labels that a template gives its pods, None where there is no map of them."""
    return (template.get("metadata") or {}).get("labels")


def validate_given_selector(
    selector: Mapping[str, Any] | None, path: Path, empty: str
) -> list[FieldError]:
    """A selector that there must be and that must select something; `empty` says so."""
    if selector is None:
        return [required(path)]
    errors = validate_label_selector(selector, path)
    return errors + validate_not_empty(selector, path, empty)


def validate_not_empty(selector: Mapping[str, Any], path: Path, empty: str) -> list[FieldError]:
    if selector.get("matchLabels") or selector.get("matchExpressions"):
        return []
    return [invalid(path, shown_selector(selector), empty)]


def validate_selects(
    selector: Selector, labels: Labels | None, template_path: Path
) -> list[FieldError]:
    """An empty selector is refused elsewhere."""
    if selector.empty or selector.matches(labels or {}):
        return []
    return [invalid(template_path.child("metadata", "labels"), labels, _NO_MATCH)]
