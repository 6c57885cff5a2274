"""The difference between two lists whose items merge.

Source: `diffLists`, `diffListsOfMaps`, `diffListsOfScalars` in k8s.io/apimachinery
pkg/util/strategicpatch/patch.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.patch.diff.contract import DiffMaps, Kept, Object
from engine.apiserver.patch.errors import no_merge_key
from engine.apiserver.patch.strategic.directives import PATCH
from engine.apiserver.patch.strategic.identity import same
from engine.apiserver.patch.strategic.lists import deduplicate
from engine.apiserver.patch.strategic.order import (
    Items,
    element_type,
    names_of,
    sorted_like,
)
from engine.apiserver.patch.strategic.plan import Plan
from engine.apiserver.patch.values import deep_equal
from engine.apiserver.printers.gotext import sprint
from engine.model.gosort import go_sort

Lists = tuple[Items, Items, Items]
"""What to add or change, what to delete from a list of scalars, and the order to set."""


def diff_lists(
    original: Items,
    modified: Items,
    items: Plan,
    merge_key: str,
    kept: Kept,
    diff_maps: DiffMaps,
    *,
    retain_keys: bool,
) -> Lists:
    """The lists that go into the patch; an empty one does not."""
    if not original:
        return (modified if kept.changes else []), [], []
    if element_type(original, modified) is not dict:
        return _diff_scalars(original, modified, merge_key, kept)
    changes, deletions = _diff_maps(
        original, modified, items, merge_key, kept, diff_maps, retain_keys
    )
    changes = sorted_like(changes, modified, merge_key, dict)
    order_is_same = _order_is_same(original, modified, merge_key)
    patch = [*changes, *deletions]
    order: Items = []
    if (kept.changes and (patch or not order_is_same)) or (kept.deletions and patch):
        order = [{merge_key: item[merge_key]} for item in modified]
    return patch, [], order


def _diff_scalars(original: Items, modified: Items, merge_key: str, kept: Kept) -> Lists:
    # Go sorts the original where it stands, and compares what became of it with the new list.
    original, wanted = sorted(original, key=sprint), sorted(modified, key=sprint)
    added: Items = []
    deleted: Items = []
    left = right = 0
    while left < len(original) or right < len(wanted):
        one = sprint(original[left]) if left < len(original) else None
        other = sprint(wanted[right]) if right < len(wanted) else None
        if one == other:
            left, right = left + 1, right + 1
        elif one is None or (other is not None and one > other):
            added.append(wanted[right])
            right += 1
        else:
            deleted.append(original[left])
            left += 1
    added = added if kept.changes else []
    deleted = deleted[: deduplicate(deleted)] if kept.deletions else []
    element = element_type(original, modified)
    order: Items = []
    if deleted or (kept.changes and not deep_equal(original, modified)):
        order = modified
    return sorted_like(added, modified, merge_key, element), deleted, order


def _diff_maps(
    original: Items,
    modified: Items,
    items: Plan,
    merge_key: str,
    kept: Kept,
    diff_maps: DiffMaps,
    retain_keys: bool,
) -> tuple[Items, Items]:
    """The patches of items, new ones whole, and the directives that delete others."""
    before, after = _sorted_by(original, merge_key), _sorted_by(modified, merge_key)
    changes: Items = []
    deletions: Items = []
    left = right = 0
    while left < len(before) or right < len(after):
        old = _keyed(before, left, merge_key)
        new = _keyed(after, right, merge_key)
        if old is not None and new is not None and old[0] == new[0]:
            patch = diff_maps(old[1], new[1], items, kept, retain_keys)
            if patch:
                changes.append({**patch, merge_key: new[1][merge_key]})
            left, right = left + 1, right + 1
        elif new is not None and (old is None or old[0] > new[0]):
            if kept.changes:
                changes.append(new[1])
            right += 1
        elif old is not None:
            if kept.deletions:
                deletions.append({merge_key: old[1][merge_key], PATCH: "delete"})
            left += 1
    return changes, deletions


def _keyed(items: Items, index: int, merge_key: str) -> tuple[str, Object] | None:
    """The item and its merge key as text; None behind the end."""
    if index >= len(items):
        return None
    if merge_key not in items[index]:
        raise no_merge_key(items[index], merge_key)
    return sprint(items[index][merge_key]), items[index]


def _sorted_by(items: Items, merge_key: str) -> Items:
    """By the text of the merge key; where keys are equal, as sort.Sort of Go leaves them."""
    keyed = [(sprint(item.get(merge_key)), item) for item in items]
    if len({key for key, _ in keyed}) == len(keyed):
        keyed.sort(key=lambda pair: pair[0])
    else:
        go_sort(keyed, lambda one, other: one[0] <= other[0])
    return [item for _, item in keyed]


def _order_is_same(original: Items, modified: Items, merge_key: str) -> bool:
    if len(original) != len(modified):
        return False
    for one, other in zip(original, modified, strict=True):
        names_of([one, other], merge_key)
        if not same(one[merge_key], other[merge_key]):
            return False
    return True
