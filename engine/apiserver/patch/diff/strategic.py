"""The strategic merge patch from one object to another.

Source: `diffMaps`, CreateTwoWayMergePatch and CreateThreeWayMergePatch in k8s.io/apimachinery
pkg/util/strategicpatch/patch.go, v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.patch.diff.contract import CHANGES, DELETIONS, EVERYTHING, Kept, Object
from engine.apiserver.patch.diff.lists import diff_lists
from engine.apiserver.patch.errors import BadRequestError, PatchError, bounded
from engine.apiserver.patch.strategic.directives import (
    DELETE_FROM_LIST,
    PATCH,
    RETAIN_KEYS,
    SET_ORDER,
)
from engine.apiserver.patch.strategic.merge import combine
from engine.apiserver.patch.strategic.plan import FieldPlan, Plan, plan_of_kind
from engine.apiserver.patch.values import deep_equal


@bounded
def two_way_patch(original: Object, modified: Object, api_version: str, kind: str) -> Object:
    """The patch that makes `modified` of `original`."""
    return _diff(original, modified, _plan(api_version, kind), EVERYTHING, False)


@bounded
def three_way_patch(
    original: Object, modified: Object, current: Object, api_version: str, kind: str
) -> Object:
    """The patch that `kubectl apply` sends: current becomes modified, but for others' fields.

    What was in `original` (the last applied object) and is not in `modified` is deleted; what
    differs in `current` is overwritten.
    """
    plan = _plan(api_version, kind)
    changes = _diff(current, modified, plan, CHANGES, False)
    deletions = _diff(original, modified, plan, DELETIONS, False)
    return combine(deletions, changes, plan)


def _plan(api_version: str, kind: str) -> Plan:
    plan = plan_of_kind(api_version, kind)
    if plan is None:
        # ErrUnsupportedStrategicMergePatchFormat
        raise BadRequestError("strategic merge patch format is not supported")
    return plan


def _diff(original: Object, modified: Object, plan: Plan, kept: Kept, retain_keys: bool) -> Object:
    patch: Object = {}
    for key, new in modified.items():
        if key in original:
            _diff_field(key, original[key], new, patch, plan, kept)
        elif kept.changes:
            patch[key] = new
    if kept.deletions:
        patch.update((key, None) for key in original if key not in modified)
    if retain_keys:
        _retain(original, modified, patch)
    return patch


def _diff_field(key: str, old: Any, new: Any, patch: Object, plan: Plan, kept: Kept) -> None:
    if key == PATCH:
        _diff_directive(old, new, patch)
    elif type(old) is not type(new):
        if kept.changes:
            patch[key] = new
    elif isinstance(old, dict):
        _diff_map(key, old, new, patch, plan, kept)
    elif isinstance(old, list):
        _diff_list(key, old, new, patch, plan, kept)
    elif kept.changes and old != new:
        patch[key] = new


def _retain(original: Object, modified: Object, patch: Object) -> None:
    """Names the fields that are to stay, if any others go or change."""
    names = sorted(key for key, value in modified.items() if value is not None)
    others = any(value is not None and key not in modified for key, value in original.items())
    if names and (patch or others):
        patch[RETAIN_KEYS] = names


def _diff_directive(old: Any, new: Any, patch: Object) -> None:
    if not (isinstance(old, str) and isinstance(new, str)):
        raise PatchError(f"invalid value for special key: {PATCH}")
    if old != new:
        patch[PATCH] = new


def _field(key: str, old: Any, new: Any, plan: Plan) -> FieldPlan | None:
    """How the field merges; None if no type knows it and there is no difference."""
    try:
        field = plan.field(key)
        if isinstance(new, list):
            field.items(plan)
    except PatchError:
        if deep_equal(old, new):
            return None
        raise
    return field


def _diff_map(key: str, old: Object, new: Object, patch: Object, plan: Plan, kept: Kept) -> None:
    field = _field(key, old, new, plan)
    if field is None:
        return
    if field.strategy == "replace":
        if kept.changes:
            patch[key] = new
    elif difference := _diff(old, new, field.value(), kept, field.retain_keys):
        patch[key] = difference


def _diff_list(
    key: str, old: list[Any], new: list[Any], patch: Object, plan: Plan, kept: Kept
) -> None:
    field = _field(key, old, new, plan)
    if field is None:
        return
    if field.strategy != "merge":
        if kept.changes and not deep_equal(old, new):
            patch[key] = new
        return
    changes, deletions, order = diff_lists(
        old,
        new,
        field.items(plan),
        field.merge_key,
        kept,
        _diff,
        retain_keys=field.retain_keys,
    )
    for name, part in (
        (key, changes),
        (f"{DELETE_FROM_LIST}/{key}", deletions),
        (f"{SET_ORDER}/{key}", order),
    ):
        if part:
            patch[name] = part
