"""Strategic merge patches, applied: field by field, and item by item where a type says so.

Source: `mergeMap` in k8s.io/apimachinery pkg/util/strategicpatch/patch.go, v1.36. Go changes the
original and the patch where they stand; here neither changes, and what no patch touches is shared.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.patch.errors import UnsupportedMediaTypeError, bounded
from engine.apiserver.patch.merge_patch import object_of
from engine.apiserver.patch.strategic.directives import (
    DELETE_FROM_LIST,
    PATCH,
    REMOVED,
    directed,
    list_named_by,
    retain_keys,
    without_directives,
)
from engine.apiserver.patch.strategic.element_order import put_in_order
from engine.apiserver.patch.strategic.lists import Object, delete_from_list, merge_lists
from engine.apiserver.patch.strategic.order import element_type
from engine.apiserver.patch.strategic.plan import Plan, plan_of_kind

CUSTOM_MEDIA_TYPES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/apply-patch+yaml",
)
"""What custom resources take: servePatch in k8s.io/apiextensions-apiserver
pkg/apiserver/customresource_handler.go (v1.36)."""

_MISSING = object()
_CONTAINERS = (dict, list)


@bounded
def apply_strategic_merge_patch(
    document: Object, patch: Any, api_version: str, kind: str
) -> Object:
    """The document with the patch merged in, by the rules of its kind."""
    plan = plan_of_kind(api_version, kind)
    if plan is None:
        raise UnsupportedMediaTypeError(
            "the body of the request was in an unknown format - "
            f"accepted media types include: {', '.join(CUSTOM_MEDIA_TYPES)}"
        )
    return merge(document, {} if patch is None else object_of(patch, ""), plan)


def merge(original: Object, patch: Object, plan: Plan) -> Object:
    """The object with the patch merged in."""
    return _merge(original, patch, plan, keep=False)


def combine(first: Object, second: Object, plan: Plan) -> Object:
    """A patch that does what both do: nulls and directives stay in it.

    Source: MergeOptions{} there, which three-way patches are made with.
    """
    return _merge(first, second, plan, keep=True)


def _merge(original: Object, patch: Object, plan: Plan, *, keep: bool) -> Object:
    result = dict(original)
    if _has_directives(patch):
        if PATCH in patch:
            return directed(patch)
        patch = _obey(result, patch, plan, keep=keep)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
            if keep:
                result[key] = None
        elif not isinstance(value, _CONTAINERS):
            result[key] = value
        elif type(current := result.get(key)) is type(value):
            result[key] = _merge_field(plan, key, current, value, keep=keep)
        else:
            _take(result, key, value, keep=keep)
    return result


def _has_directives(patch: Object) -> bool:
    for key in patch:  # noqa: SIM110 - asked for each object of a patch: any() takes twice as long
        if key[:1] == "$":
            return True
    return False


def _merge_field(plan: Plan, key: str, current: Any, value: Any, *, keep: bool) -> Any:
    """What becomes of an object or a list, and a patch of the same."""
    field = plan.field(key)
    if isinstance(value, dict):
        if field.strategy == "replace":
            return value
        return _merge(current, value, field.value(), keep=keep)
    items = field.items(plan)
    if field.strategy != "merge":
        return value
    maps = combine if keep else merge
    return merge_lists(list(current), value, items, field.merge_key, maps)


def _obey(result: Object, patch: Object, plan: Plan, *, keep: bool) -> Object:
    """Does what the directives say; what is left of the patch."""
    patch = dict(patch)
    retain_keys(result, patch, keep=keep)
    put_in_order(result, patch, plan, combine if keep else merge, keep=keep)
    for directive in [key for key in patch if key.startswith(DELETE_FROM_LIST)]:
        values = patch.pop(directive)
        if keep:
            result[directive] = values
        else:
            _delete_from_list(result, directive, values, plan)
    return patch


def _delete_from_list(result: Object, directive: str, values: Any, plan: Plan) -> None:
    key = list_named_by(directive, DELETE_FROM_LIST) or directive
    current = result.get(key, _MISSING)
    if values is None:
        result.pop(key, None)
    elif type(current) is not type(values):
        return
    elif not isinstance(values, list):
        # Go merges it as if the key had no prefix.
        result.update(_merge({key: current}, {key: values}, plan, keep=False))
    elif current or values:
        field = plan.field(key)
        items = field.items(plan)
        if element_type(current, values) is dict:
            result[key] = merge_lists(list(current), values, items, field.merge_key, merge)
        else:
            result[key] = delete_from_list(current, values)


def _take(result: Object, key: str, value: Any, *, keep: bool) -> None:
    """Puts an object or a list of the patch in the place of what was there, if anything."""
    value = without_directives(value, nulls=keep)
    if value is REMOVED:
        result.pop(key, None)
    else:
        result[key] = value
