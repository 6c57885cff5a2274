"""Lists whose items merge: by a key where they are objects, as sets where they are scalars.

Source: `mergeSlice` and what it calls in k8s.io/apimachinery pkg/util/strategicpatch/patch.go,
v1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from engine.apiserver.patch.errors import PatchError, no_merge_key
from engine.apiserver.patch.strategic.directives import PATCH, unknown_directive
from engine.apiserver.patch.strategic.identity import identity
from engine.apiserver.patch.strategic.order import Items, element_type, in_order
from engine.apiserver.patch.strategic.plan import Plan

Object = dict[str, Any]
MergeMaps = Callable[[Object, Object, Plan], Object]


class Merged(NamedTuple):
    """A merged list that is not in order yet, and what its order goes by."""

    items: Items
    wanted: Items
    live: Items
    element: type


def merge_lists(
    array: Items, patch: Items, items: Plan, merge_key: str, merge_maps: MergeMaps
) -> Items:
    """The merged list, in order. `array` is written to: see merge_without_order."""
    if not array and not patch:
        return array
    merged = merge_without_order(array, patch, items, merge_key, merge_maps)
    return in_order(merged.items, merged.wanted, merged.live, merge_key, merged.element)


def merge_without_order(
    array: Items, patch: Items, items: Plan, merge_key: str, merge_maps: MergeMaps
) -> Merged:
    """The items of the merged list.

    `array` is the original, and is written to: Go deletes and appends in the array that the
    original stands in, and `$setElementOrder` goes by what is left in it afterwards.
    """
    element = element_type(array, patch)
    if element is not dict:
        both = [*array, *patch] if patch else array
        return Merged(both[: deduplicate(both)], patch, array, element)
    if not merge_key:
        raise PatchError(f"cannot merge lists without merge key for {items.kind}")
    length, wanted, replaces = _obey_directives(array, patch, merge_key)
    if replaces:
        return Merged(wanted, [], wanted, element)
    merged = array[:length]
    _merge_items(merged, wanted, items, merge_key, merge_maps)
    array[length:] = [*merged[length:], *array[len(merged) :]][: len(array) - length]
    return Merged(merged, wanted, merged[:length], element)


def delete_from_list(values: Items, deletions: Items) -> Items:
    """The values without those that a `$deleteFromPrimitiveList` names."""
    gone = set(map(identity, deletions))
    return [value for value in values if identity(value) not in gone]


def deduplicate(values: Items) -> int:
    """How many different values there are; they come to stand first, where they stand.

    Like Go's, it fills the place of a value that it drops with the last one.
    """
    length = len(values)
    index = 0
    while index < length:
        other = index + 1
        while other < length:
            if values[index] == values[other]:
                length -= 1
                values[other] = values[length]
            else:
                other += 1
        index += 1
    return length


def _obey_directives(array: Items, patch: Items, merge_key: str) -> tuple[int, Items, bool]:
    """How many items are left in the array, the items to merge, and whether they replace it."""
    length, wanted, replaces = len(array), [], False
    for item in patch:
        if PATCH not in item:
            wanted.append(item)
        elif item[PATCH] == "delete":
            if merge_key not in item:
                raise no_merge_key(item, merge_key)
            length = _delete(array, length, merge_key, item[merge_key])
        elif item[PATCH] == "replace":
            replaces = True
        elif item[PATCH] == "merge":
            raise PatchError("merging lists cannot yet be specified in the patch")
        else:
            raise unknown_directive(item)
    return length, wanted, replaces


def _delete(array: Items, length: int, merge_key: str, value: Any) -> int:
    """Moves what stands behind an item with that key onto it; the array keeps its length."""
    gone = identity(value)
    index = 0
    while index < length:
        item = array[index]
        if merge_key in item and identity(item[merge_key]) == gone:
            array[index : length - 1] = array[index + 1 : length]
            length -= 1
        else:
            index += 1
    return length


def _merge_items(
    merged: Items, wanted: Items, items: Plan, merge_key: str, merge_maps: MergeMaps
) -> None:
    """Merges each item into the first one of its key, or puts it at the end as it is."""
    places: dict[Hashable, int] = {}
    for index, item in enumerate(merged):
        if merge_key in item:
            places.setdefault(identity(item[merge_key]), index)
    for item in wanted:
        if merge_key not in item:
            raise no_merge_key(item, merge_key)
        place = places.setdefault(identity(item[merge_key]), len(merged))
        if place == len(merged):
            merged.append(item)
        else:
            merged[place] = merge_maps(merged[place], item, items)
