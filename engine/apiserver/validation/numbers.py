"""Numbers, percentages and values that stay as they are, in the words that many kinds share.

After pkg/apis/apps/validation/validation.go, pkg/apis/core/validation/validation.go and
staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go (v1.36).
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import (
    IMMUTABLE,
    NOT_NEGATIVE,
    FieldError,
    Path,
    each,
    invalid,
)
from engine.apiserver.validation.names import is_percent

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)


def validate_nonnegative(value: int | None, path: Path) -> list[FieldError]:
    """ValidateNonnegativeField; nothing is not negative."""
    return [invalid(path, value, NOT_NEGATIVE)] if value is not None and value < 0 else []


def validate_nonnegative_fields(
    values: Mapping[str, Any], names: tuple[str, ...], path: Path
) -> list[FieldError]:
    return [
        error
        for name in names
        for error in validate_nonnegative(values.get(name), path.child(name))
    ]


def validate_not_above(
    values: Mapping[str, Any], names: tuple[str, ...], bound: str, path: Path, explanation: str
) -> list[FieldError]:
    """Counts that are never more than another count of the same status."""
    return [
        invalid(path.child(name), values.get(name, 0), explanation)
        for name in names
        if values.get(name, 0) > values.get(bound, 0)
    ]


def validate_not_decremented(
    new: Mapping[str, Any], old: Mapping[str, Any], name: str, path: Path
) -> list[FieldError]:
    """A count of a status that only grows (IsDecremented)."""
    value, before = new.get(name), old.get(name)
    if before is None or (value is not None and value >= before):
        return []
    return [invalid(path.child(name), value or 0, "cannot be decremented")]


def validate_positive_int_or_percent(value: int | str, path: Path) -> list[FieldError]:
    """ValidatePositiveIntOrPercent; zero is positive enough."""
    if isinstance(value, str):
        return each(path, value, is_percent(value))
    return validate_nonnegative(value, path)


def validate_at_most_all(value: int | str, path: Path) -> list[FieldError]:
    """IsNotMoreThan100Percent."""
    percent = _percent(value)
    if percent is None or percent <= 100:
        return []
    return [invalid(path, value, "must not be greater than 100%")]


def number_of(value: int | str) -> int:
    """getIntOrPercentValue: of what is neither a number nor a percentage, 0."""
    percent = _percent(value)
    if percent is not None:
        return percent
    if isinstance(value, str):
        return int(value) if len(value) < 20 and _INTEGER.fullmatch(value) else 0
    return value


def _percent(value: int | str) -> int | None:
    if not isinstance(value, str) or is_percent(value):
        return None
    # strconv.Atoi gives the largest number for what is too large.
    return int(value[:-1]) if len(value) < 20 else 2**63 - 1


def validate_immutable(new: Any, old: Any, path: Path, shown: Any = None) -> list[FieldError]:
    """ValidateImmutableField; `shown` is the new value as its Go type is printed, where it
    is printed otherwise. Nothing, an empty list and an empty map are the same.
    """
    if new == old or (not new and not old and _emptiable(new) and _emptiable(old)):
        return []
    return [invalid(path, new if shown is None else shown, IMMUTABLE)]


def _emptiable(value: Any) -> bool:
    return value is None or isinstance(value, list | dict)


def validate_immutable_field(
    new: Mapping[str, Any], old: Mapping[str, Any], name: str, path: Path
) -> list[FieldError]:
    """That of a field that is printed as it is; `path` is the field's."""
    return validate_immutable(new.get(name), old.get(name), path)
