"""The directives of a strategic merge patch: `$patch`, `$retainKeys` and the names of the others.

Source: k8s.io/apimachinery pkg/util/strategicpatch/patch.go, v1.36.
"""

from __future__ import annotations

from typing import Any, Final

from engine.apiserver.patch.errors import BadRequestError, PatchError
from engine.apiserver.patch.strategic.identity import identity
from engine.apiserver.patch.values import deep_equal, format_string
from engine.apiserver.printers.gotext import sprint

PATCH = "$patch"
RETAIN_KEYS = "$retainKeys"
DELETE_FROM_LIST = "$deleteFromPrimitiveList"
SET_ORDER = "$setElementOrder"

BAD_FORMAT = {
    DELETE_FROM_LIST: "invalid patch format of primitive list",
    SET_ORDER: "invalid patch format of setElementOrder list",
    RETAIN_KEYS: "invalid patch format of retainKeys",
}

Object = dict[str, Any]

_CONTAINERS = (dict, list)

REMOVED: Final = object()
"""What is left of a value that was a directive."""


def unknown_directive(item: Object) -> PatchError:
    """The error for a `$patch` that means nothing here: ErrBadPatchType."""
    directive = format_string(item[PATCH])
    return PatchError(f"unknown patch type: {directive} in map: {sprint(item)}")


def directed(patch: Object) -> Object:
    """What becomes of an object whose patch has a `$patch`: the rest of it, or nothing."""
    if patch[PATCH] == "replace":
        return {key: value for key, value in patch.items() if key != PATCH}
    if patch[PATCH] == "delete":
        return {}
    raise unknown_directive(patch)


def without_directives(value: Any, *, nulls: bool = True) -> Any:
    """The value without objects that hold a `$patch`, at any depth; REMOVED if it is one.

    Without `nulls`, fields that are null go before that, be they directives or not.
    """
    if isinstance(value, dict):
        if PATCH in value and (nulls or value[PATCH] is not None):
            return REMOVED
        kept = {}
        for key, field in value.items():
            if isinstance(field, _CONTAINERS):
                field = without_directives(field, nulls=nulls)
            if field is not REMOVED and (nulls or field is not None):
                kept[key] = field
        return kept
    if isinstance(value, list):
        items = (without_directives(item, nulls=nulls) for item in value)
        return [item for item in items if item is not REMOVED]
    return value


def list_named_by(directive: str, prefix: str) -> str:
    """The field that a directive such as `$setElementOrder/ports` is about."""
    head, slash, name = directive.partition("/")
    if not slash or head != prefix:
        raise BadRequestError(BAD_FORMAT[prefix])
    return name


def retain_keys(result: Object, patch: Object, *, keep: bool) -> None:
    """Takes `$retainKeys` out of the patch, and what it does not name out of the result.

    With `keep` it goes from the one to the other.
    """
    if RETAIN_KEYS not in patch:
        return
    wanted = patch.pop(RETAIN_KEYS)
    if keep:
        before = result.setdefault(RETAIN_KEYS, wanted)
        if not deep_equal(before, wanted):
            raise PatchError(
                f"{sprint(before)} and {sprint(wanted)} are not deep equal: "
                "this may happen when calculating the 3-way diff patch"
            )
        return
    if not isinstance(wanted, list):
        raise BadRequestError(BAD_FORMAT[RETAIN_KEYS])
    names = set(map(identity, wanted))
    for key, value in patch.items():
        unbound = value is None or key.startswith((DELETE_FROM_LIST, SET_ORDER))
        if not unbound and key not in names:
            raise BadRequestError(BAD_FORMAT[RETAIN_KEYS])
    for key in [key for key in result if key not in names]:
        del result[key]
