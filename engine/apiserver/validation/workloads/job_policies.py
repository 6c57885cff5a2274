"""When pods that failed count, and when a Job has succeeded.

After pkg/apis/batch/validation/validation.go (v1.36).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

from engine.apiserver.validation.field import (
    OMITTED,
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    not_supported,
    required,
    too_long,
    too_many,
)
from engine.apiserver.validation.names import is_qualified_name, size
from engine.apiserver.validation.numbers import validate_nonnegative
from engine.model.quoting import quote

Spec = Mapping[str, Any]

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")
_RULES_MAX = 20
_VALUES_MAX = 255
_PATTERNS_MAX = 20
_INDEXES_SIZE_MAX = 64 * 1024
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)


def _choose(supported: tuple[str, ...]) -> str:
    """`%q` of a list of texts."""
    return f"valid values: [{' '.join(map(quote, supported))}]"


def _validate_choice(value: str, supported: tuple[str, ...], path: Path) -> list[FieldError]:
    if not value:
        return [required(path, _choose(supported))]
    return [] if value in supported else [not_supported(path, value, supported)]


def validate_failure_policy(spec: Spec, path: Path) -> list[FieldError]:
    rules, rules_path = spec["podFailurePolicy"].get("rules") or (), path.child("rules")
    errors: list[FieldError] = []
    if len(rules) > _RULES_MAX:
        errors.append(too_many(rules_path, len(rules), _RULES_MAX))
    pod = (spec.get("template") or {}).get("spec") or {}
    names = {
        container.get("name", "")
        for field in ("containers", "initContainers")
        for container in pod.get(field) or ()
    }
    for index, rule in enumerate(rules):
        errors += _validate_rule(spec, rule, rules_path.index(index), names)
    return errors


def _validate_rule(
    spec: Spec, rule: Mapping[str, Any], path: Path, names: Collection[str]
) -> list[FieldError]:
    action, action_path = rule.get("action", ""), path.child("action")
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or ()
    if action == "FailIndex":
        explanation = "requires the backoffLimitPerIndex to be set"
        missing = spec.get("backoffLimitPerIndex") is None
        errors = [invalid(action_path, action, explanation)] if missing else []
    else:
        errors = _validate_choice(action, _ACTIONS, action_path)
    if codes is not None:
        errors += _validate_exit_codes(codes, path.child("onExitCodes"), names)
    if conditions:
        errors += _validate_conditions(conditions, path.child("onPodConditions"))
    if (codes is not None) == bool(conditions):
        explanation = "specifying one of OnExitCodes and OnPodConditions is required"
        if conditions:
            explanation = "specifying both OnExitCodes and OnPodConditions is not supported"
        errors.append(invalid(path, OMITTED, explanation))
    return errors


def _validate_conditions(patterns: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(patterns) > _PATTERNS_MAX:
        errors.append(too_many(path, len(patterns), _PATTERNS_MAX))
    for index, pattern in enumerate(patterns):
        item, kind = path.index(index), pattern.get("type", "")
        errors += each(item.child("type"), kind, is_qualified_name(kind))
        errors += _validate_choice(pattern.get("status", ""), _STATUSES, item.child("status"))
    return errors


def _validate_exit_codes(
    codes: Mapping[str, Any], path: Path, names: Collection[str]
) -> list[FieldError]:
    operator, name = codes.get("operator", ""), codes.get("containerName")
    errors = _validate_choice(operator, _OPERATORS, path.child("operator"))
    if name is not None and name not in names:
        explanation = "must be one of the container or initContainer names in the pod template"
        errors.append(invalid(path.child("containerName"), name, explanation))
    values, values_path = codes.get("values"), path.child("values")
    if not values:
        errors.append(invalid(values_path, values, "at least one value is required"))
        return errors
    if len(values) > _VALUES_MAX:
        errors.append(too_many(values_path, len(values), _VALUES_MAX))
    seen: set[int] = set()
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            explanation = "must not be 0 for the In operator"
            errors.append(invalid(values_path.index(index), value, explanation))
        if value in seen:
            errors.append(duplicate(values_path.index(index), value))
        seen.add(value)
    if any(before > after for before, after in pairwise(values)):
        errors.append(invalid(values_path, values, "must be ordered"))
    return errors


def validate_success_policy(spec: Spec, path: Path) -> list[FieldError]:
    """Of an indexed Job."""
    rules, rules_path = spec["successPolicy"].get("rules") or (), path.child("rules")
    errors: list[FieldError] = []
    if not rules:
        explanation = "at least one rules must be specified when the successPolicy is specified"
        errors.append(required(rules_path, explanation))
    if len(rules) > _RULES_MAX:
        errors.append(too_many(rules_path, len(rules), _RULES_MAX))
    completions = spec.get("completions") or 0
    for index, rule in enumerate(rules):
        errors += _validate_success_rule(rule, completions, rules_path.index(index))
    return errors


def _validate_success_rule(
    rule: Mapping[str, Any], completions: int, path: Path
) -> list[FieldError]:
    count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    errors: list[FieldError] = []
    if count is None and indexes is None:
        explanation = "at least one of succeededCount or succeededIndexes must be specified"
        errors.append(required(path, explanation))
    total = 0
    if indexes is not None:
        indexes_path = path.child("succeededIndexes")
        if size(indexes) > _INDEXES_SIZE_MAX:
            errors.append(too_long(indexes_path, _INDEXES_SIZE_MAX))
        total, problem = parse_indexes(indexes, completions)
        if problem:
            explanation = f"error parsing succeededIndexes: {problem}"
            errors.append(invalid(indexes_path, indexes, explanation))
    if count is None:
        return errors
    count_path = path.child("succeededCount")
    errors += validate_nonnegative(count, count_path)
    if count > completions:
        what = "the number of specified completions"
        explanation = f"must be less than or equal to {completions} ({what})"
        errors.append(invalid(count_path, count, explanation))
    if indexes is not None and count > total:
        what = "the number of indexes in the specified succeededIndexes field"
        explanation = f"must be less than or equal to {total} ({what})"
        errors.append(invalid(count_path, count, explanation))
    return errors


class _IndexError(ValueError):
    """A text that is no list of indexes."""


def parse_indexes(text: str, completions: int) -> tuple[int, str]:
    """(how many indexes a text such as `0,2-4` names, why it is none: validateIndexesFormat)."""
    total, last = 0, None
    for interval in text.split(",") if text else ():
        try:
            start, end = parse_interval(interval, completions)
        except _IndexError as error:
            return 0, str(error)
        if last is not None and last >= start:
            return 0, f"non-increasing order, previous: {last}, current: {start}"
        total += end - start + 1
        last = end
    return total, ""


def overlap_of_indexes(completed: str, failed: str, completions: int) -> str:
    """Why both lists cannot be; what is no list of indexes is refused elsewhere."""
    for one in _intervals(completed, completions):
        for other in _intervals(failed, completions):
            if one[0] <= other[1] and other[0] <= one[1]:
                at = max(one[0], other[0])
                return f"failedIndexes and completedIndexes overlap at index: {at}"
    return ""


def _intervals(text: str, completions: int) -> list[tuple[int, int]]:
    intervals: list[tuple[int, int]] = []
    for interval in text.split(",") if text else ():
        try:
            intervals.append(parse_interval(interval, completions))
        except _IndexError:
            continue
    return intervals


def parse_interval(text: str, completions: int) -> tuple[int, int]:
    limits = text.split("-")
    if len(limits) > 2:
        rule = "an index interval can have at most two parts separated by '-'"
        raise _IndexError(f"the fragment {quote(text)} violates the requirement that {rule}")
    numbers = [_index(limit, completions) for limit in limits]
    start, end = numbers[0], numbers[-1]
    if len(numbers) > 1 and start >= end:
        raise _IndexError(f"non-increasing order, previous: {start}, current: {end}")
    return start, end


def _index(text: str, completions: int) -> int:
    if not _INTEGER.fullmatch(text) or len(text) > 18:
        raise _IndexError(f"cannot convert string to integer for index: {quote(text)}")
    if int(text) >= completions:
        raise _IndexError(f"too large index: {quote(text)}")
    return int(text)
