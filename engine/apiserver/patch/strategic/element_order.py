"""`$setElementOrder`: the order that a list shall have, and the changes to that list with it.

Source: `mergePatchIntoOriginal` in k8s.io/apimachinery pkg/util/strategicpatch/patch.go, v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.patch.errors import BadRequestError, PatchError, bad_type
from engine.apiserver.patch.strategic.directives import (
    BAD_FORMAT,
    PATCH,
    SET_ORDER,
    list_named_by,
    without_directives,
)
from engine.apiserver.patch.strategic.identity import same
from engine.apiserver.patch.strategic.lists import MergeMaps, Object, merge_without_order
from engine.apiserver.patch.strategic.order import (
    Items,
    element_type,
    in_order,
    in_order_of_all,
    names_of,
)
from engine.apiserver.patch.strategic.plan import Plan
from engine.apiserver.patch.values import deep_equal
from engine.apiserver.printers.gotext import sprint

_STRINGS = frozenset({str})


def put_in_order(
    result: Object, patch: Object, plan: Plan, merge_maps: MergeMaps, *, keep: bool
) -> None:
    """Merges the lists of the patch that have an order, and takes both out of the patch.

    With `keep` the order goes from the patch to the result, which must not have another.
    """
    for directive in [key for key in patch if key.startswith(SET_ORDER)]:
        order = patch.pop(directive)
        if keep and not deep_equal(result.setdefault(directive, order), order):
            raise BadRequestError(BAD_FORMAT[SET_ORDER])
        if not isinstance(order, list):
            raise bad_type([], order)
        name = list_named_by(directive, SET_ORDER)
        for lists in (result, patch):
            if not isinstance(lists.get(name, []), list):
                raise bad_type([], lists[name])
        _put_list_in_order(result, patch, name, order, plan, merge_maps)


def _put_list_in_order(
    result: Object, patch: Object, name: str, order: Items, plan: Plan, merge_maps: MergeMaps
) -> None:
    field = plan.field(name)
    items = field.items(plan)
    merge_key = field.merge_key
    changes: Items = patch.get(name, [])
    if field.strategy == "merge" and merge_key and changes and name in result:
        plain = _merged_plainly(result[name], changes, order, merge_key, items, merge_maps)
        if plain is not None:
            result[name] = plain
            del patch[name]
            return
    _check(changes, order, merge_key)
    live: Items = list(result.get(name, []))
    if name not in patch:
        if name not in result:
            return
        merged = live
    elif name not in result:
        merged = without_directives(changes)
    elif field.strategy == "merge" and (live or changes):
        unordered = merge_without_order(live, changes, items, merge_key, merge_maps)
        del patch[name]
        if in_order_already := in_order_of_all(unordered.items, order, live, merge_key):
            result[name] = in_order_already
            return
        # The order that the merge itself gives counts where this one leaves a choice.
        merged = in_order(*unordered[:3], merge_key, unordered.element)
    else:
        merged = changes
    result[name] = in_order(merged, order, live, merge_key, element_type(live, changes))
    patch.pop(name, None)


def _merged_plainly(
    live: Items,
    changes: Items,
    order: Items,
    merge_key: str,
    items: Plan,
    merge_maps: MergeMaps,
) -> Items | None:
    """The merged list in the usual case; None if there is anything to say of order or directives.

    It is the case where all items have keys, which are texts and stand once in each list; where the
    changes are in order, and the order names all that come of it.
    """
    try:
        names = [item[merge_key] for item in live]
        changed = [item[merge_key] for item in changes]
        wanted = [item[merge_key] for item in order]
    except (KeyError, TypeError):
        return None
    # Texts equal nothing but texts; of other keys, Python takes some for equal that Go does not.
    if not _STRINGS.issuperset(map(type, [*names, *changed, *wanted])):
        return None
    merged = dict(zip(names, live, strict=True))
    places = dict.fromkeys(wanted)
    if len(merged) < len(names) or len(places) < len(wanted) or not _is_part(changed, wanted):
        return None
    if any(PATCH in item for item in (*live, *changes)):
        return None
    if not places.keys() >= merged.keys():
        return None
    for name, change in zip(changed, changes, strict=True):
        merged[name] = merge_maps(merged[name], change, items) if name in merged else change
    return [merged[name] for name in wanted if name in merged]


def _is_part(names: list[str], order: list[str]) -> bool:
    """Whether the names stand in the order, one behind the other."""
    places = iter(order)
    return all(name in places for name in names)


def _check(changes: Items, order: Items, merge_key: str) -> None:
    """An error if a changed item is not in the order, or not in its place."""
    if not order or not changes or _is_in_order(changes, order, merge_key):
        return
    wanted = changes
    if merge_key:
        for item in changes:
            if not isinstance(item, dict):
                raise bad_type({}, item)
        wanted = [item for item in changes if item.get(PATCH) != "delete"]
    index = place = 0
    while index < len(wanted) and place < len(order):
        item = wanted[index]
        if isinstance(item, dict) and PATCH in item:
            index += 1
            continue
        if _same_item(item, order[place], merge_key):
            index += 1
        place += 1
    if index < len(wanted) and place >= len(order):
        raise PatchError(
            f"The order in patch list:\n{sprint(changes)}\n "
            f"doesn't match {SET_ORDER} list:\n{sprint(order)}\n"
        )


def _is_in_order(changes: Items, order: Items, merge_key: str) -> bool:
    """Whether it is, in the usual case that all have keys, and those are texts."""
    try:
        names = [item[merge_key] for item in changes]
        wanted = [item[merge_key] for item in order]
    except (KeyError, TypeError):
        return False
    if {type(name) for name in names} != {str} or any(PATCH in item for item in changes):
        return False
    return _is_part(names, wanted)


def _same_item(one: Any, other: Any, merge_key: str) -> bool:
    if merge_key:
        one, other = names_of([one, other], merge_key)
        return bool(one == other)
    return same(one, other)
