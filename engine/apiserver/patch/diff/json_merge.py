"""The JSON merge patch that `kubectl apply` sends for kinds whose types it does not know.

Source: k8s.io/apimachinery pkg/util/jsonmergepatch/patch.go, v1.36, and merge.go of
gopkg.in/evanphx/json-patch.v4, which it computes differences with.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.patch.errors import bounded
from engine.apiserver.patch.merge_patch import merge
from engine.model.int64 import fits

Object = dict[str, Any]

EXACT_MAX = 2**53
"""No whole number up to this is changed by a float64."""


@bounded
def three_way_merge_patch(original: Object, modified: Object, current: Object) -> Object:
    """What differs from current, and nulls for what was in original and is not in modified."""
    changes = _changes(_diff(current, modified))
    deletions = _deletions(_diff(original, modified))
    return merge(deletions, changes)


def _diff(original: Object, modified: Object) -> Object:
    """`getDiff`, which reads all numbers as float64."""
    patch: Object = {}
    for key, value in modified.items():
        new = _rounded(value)
        if key not in original:
            patch[key] = new
            continue
        old = _rounded(original[key])
        if isinstance(old, dict) and isinstance(new, dict):
            if difference := _diff(old, new):
                patch[key] = difference
        elif not _matches(old, new):
            patch[key] = new
    patch.update((key, None) for key in original if key not in modified)
    return patch


def _matches(one: Any, other: Any) -> bool:
    """Equality of JSON in which true is not 1, but 1.0 is."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_matches(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_matches, one, other))
    return bool(one == other)


def _rounded(value: Any) -> Any:
    """The value after its numbers were float64."""
    if isinstance(value, dict):
        return {key: _rounded(field) for key, field in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, int) and abs(value) > EXACT_MAX:
        # Text without an exponent is read as an integer again, if it is one.
        number = float(value) if abs(value) < 10**300 else 0.0
        return int(number) if fits(int(number)) else number
    return value


def _changes(patch: Object) -> Object:
    """The patch without its nulls, and without what that leaves empty."""
    kept: Object = {}
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            if fields := _changes(value):
                kept[key] = fields
        elif value is not None:
            kept[key] = value
    return kept


def _deletions(patch: Object) -> Object:
    """The nulls of the patch."""
    kept: Object = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict) and (fields := _deletions(value)):
            kept[key] = fields
    return kept
