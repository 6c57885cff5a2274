"""Tolerations of pods; taints have the same effects.

After pkg/apis/core/validation/validation.go (v1.36). The operators Lt and Gt of tolerations are
behind a gate that is off by default.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.labels import validate_label_name
from engine.apiserver.validation.names import is_label_value

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def validate_taint_effect(effect: str, path: Path) -> list[FieldError]:
    if not effect:
        return [required(path)]
    return [] if effect in _EFFECTS else [not_supported(path, effect, _EFFECTS)]


def validate_tolerations(tolerations: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, toleration in enumerate(tolerations):
        errors += _validate_toleration(toleration, path.index(index))
    return errors


def _validate_toleration(toleration: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    operator, effect = toleration.get("operator", ""), toleration.get("effect", "")
    if key := toleration.get("key"):
        errors += validate_label_name(key, path.child("key"))
    elif operator != "Exists":
        explanation = (
            'operator must be Exists when `key` is empty, which means "match all values and all '
            'keys"'
        )
        errors.append(invalid(path.child("operator"), operator, explanation))
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        explanation = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        errors.append(invalid(path.child("effect"), effect, explanation))
    errors += _validate_operator(operator, toleration.get("value", ""), path.child("operator"))
    if effect:
        errors += validate_taint_effect(effect, path.child("effect"))
    return errors


def _validate_operator(operator: str, value: str, path: Path) -> list[FieldError]:
    if operator in ("Equal", ""):
        problems = is_label_value(value)
        return [invalid(path, value, ";".join(problems))] if problems else []
    if operator == "Exists":
        explanation = "value must be empty when `operator` is 'Exists'"
        return [invalid(path, value, explanation)] if value else []
    return [not_supported(path, operator, ("Equal", "Exists"))]


def validate_only_added_tolerations(
    new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]], path: Path
) -> list[FieldError]:
    """An update keeps the old tolerations, but for their seconds."""
    kept = [_without_seconds(toleration) for toleration in new]
    if any(_without_seconds(toleration) not in kept for toleration in old):
        explanation = "existing toleration can not be modified except its tolerationSeconds"
        return [forbidden(path, explanation)]
    return validate_tolerations(new, path)


def _without_seconds(toleration: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds"}
