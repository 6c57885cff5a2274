"""The order of a merged list: the patch's order for its items, the live order for the others.

Source: `normalizeElementOrder`, `mergeSortedSlice`, `sliceElementType` in k8s.io/apimachinery
pkg/util/strategicpatch/patch.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from engine.apiserver.patch.errors import (
    NIL_POINTER,
    PanicError,
    PatchError,
    RejectedError,
    bad_type,
    no_merge_key,
)
from engine.apiserver.patch.strategic.directives import PATCH
from engine.apiserver.patch.strategic.identity import identity
from engine.apiserver.printers.gotext import sprint
from engine.model.gosort import go_stable_sort

Items = list[Any]


def element_type(*lists: Items) -> type:
    """The type that all items of these lists have."""
    found = {type(item) for items in lists for item in items}
    if len(found) == 1 and found.isdisjoint(_NO_ELEMENTS):
        return found.pop()
    raise _no_element_type(lists)


_NO_ELEMENTS = (list, type(None))


def _no_element_type(lists: tuple[Items, ...]) -> PatchError:
    items = [item for items in lists for item in items]
    if not items:
        return PatchError("no elements in any of the given slices")
    if items[0] is None:
        return PanicError(NIL_POINTER)
    if isinstance(items[0], list):
        return RejectedError("lists of lists are not supported")
    return PatchError(f"list element types are not identical: {sprint(list(lists))}")


def in_order(merged: Items, wanted: Items, live: Items, merge_key: str, element: type) -> Items:
    """The merged items: those of `wanted` in its order, the others where `live` has them."""
    if element is dict and (all_named := in_order_of_all(merged, wanted, live, merge_key)):
        return all_named
    named, others = _partition(merged, wanted, merge_key)
    named = sorted_like(named, wanted, merge_key, element)
    others = sorted_like(others, live, merge_key, element)
    if not (named and others):
        return named or others
    places = _places(live, merge_key, element)
    result: Items = []
    left, right = 0, 0
    while left < len(others) and right < len(named):
        at = places.get(_name(others[left], merge_key, element))
        limit = places.get(_name(named[right], merge_key, element))
        if at is not None and limit is not None and at < limit:
            result.append(others[left])
            left += 1
        else:
            result.append(named[right])
            right += 1
    return [*result, *others[left:], *named[right:]]


def in_order_of_all(merged: Items, wanted: Items, live: Items, merge_key: str) -> Items | None:
    """The merged items, if `wanted` names each, all once; None if there is anything else to say.

    The usual case: what in_order makes of it, in less time.
    """
    try:
        names = [item[merge_key] for item in merged]
        places = {item[merge_key]: index for index, item in enumerate(wanted)}
        ranks = [places[name] for name in names]
    except (KeyError, TypeError):
        return None
    once = len(places) == len(wanted) and len(set(ranks)) == len(ranks)
    # Texts equal nothing but texts; of other keys, Python takes some for equal that Go does not.
    texts = {type(name) for name in names} == {str}
    if not (once and texts and all(merge_key in item for item in live)):
        return None
    if any(PATCH in item for item in merged):
        return None
    return [item for _, item in sorted(zip(ranks, merged, strict=True), key=_rank)]


def _partition(items: Items, by: Items, merge_key: str) -> tuple[Items, Items]:
    """The items that `by` has too, and the others."""
    if not merge_key:
        listed = set(map(identity, by))
        names = list(map(identity, items))
    else:
        names = names_of(items, merge_key)
        listed, no_map = _listed(by, merge_key)
        if no_map is not None and not listed.issuperset(names):
            raise PatchError(f"value for key {no_map} is not a map")
    if listed.issuperset(names):
        return items, []
    pairs = list(zip(names, items, strict=True))
    present = [item for name, item in pairs if name in listed]
    return present, [item for name, item in pairs if name not in listed]


def _listed(by: Items, merge_key: str) -> tuple[set[Hashable], int | None]:
    """The keys of the items before the first that is no map, and where that is."""
    listed: set[Hashable] = set()
    for index, item in enumerate(by):
        if not isinstance(item, dict):
            return listed, index
        if merge_key in item:
            listed.add(identity(item[merge_key]))
    return listed, None


def sorted_like(items: Items, order: Items, merge_key: str, element: type) -> Items:
    """The items as `order` has them, deletions last.

    Items that it lacks come to stand wherever Go's stable sort puts them: it is told that they are
    less than any other.
    """
    deletions: Items = []
    if element is dict:
        names_of(items, merge_key)
        deletions = [item for item in items if PATCH in item and item[PATCH] == "delete"]
        if deletions:
            items = [item for item in items if item.get(PATCH) != "delete"]
    places = _places(order, merge_key, element)
    if len(items) < 2:
        return [*items, *deletions]
    ranks = [places.get(_name(item, merge_key, element)) for item in items]
    placed = list(zip(ranks, items, strict=True))
    if None in ranks:
        go_stable_sort(placed, _less)
    else:
        placed.sort(key=_rank)
    return [*(item for _, item in placed), *deletions]


def names_of(items: Items, merge_key: str) -> list[Hashable]:
    """What tells the items apart; an error if one is no map or lacks the key."""
    names = []
    for item in items:
        if not isinstance(item, dict):
            raise bad_type({}, item)
        if merge_key not in item:
            raise no_merge_key(item, merge_key)
        name = item[merge_key]
        names.append(name if type(name) is str else identity(name))
    return names


def _rank(placed: tuple[int | None, Any]) -> int:
    return placed[0] or 0


def _less(one: tuple[int | None, Any], other: tuple[int | None, Any]) -> bool:
    return one[0] is None or other[0] is None or one[0] < other[0]


def _places(order: Items, merge_key: str, element: type) -> dict[Hashable, int]:
    """Where each item stands first."""
    names = names_of(order, merge_key) if element is dict else list(map(identity, order))
    places = dict(zip(names, range(len(names)), strict=True))
    if len(places) < len(names):
        places = {}
        for index, name in enumerate(names):
            places.setdefault(name, index)
    return places


def _name(item: Any, merge_key: str, element: type) -> Hashable:
    return identity(item[merge_key] if element is dict else item)
