"""Which fields differ between two objects of one type.

Source: structured-merge-diff typed/compare.go (v6). What is equal is passed over whole, so the cost
is that of what changed. Whatever is looked at of the new object is looked at for its fitting the
type as well, so that one in its typed form needs no walk for that alone (see validate).
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from engine.apiserver.managedfields.elements import SELF
from engine.apiserver.managedfields.fieldset import LEAF, Node, joined
from engine.apiserver.managedfields.lists import by_element, told_apart
from engine.apiserver.managedfields.schema import Atom, ListForm, MapForm
from engine.apiserver.managedfields.validate import fits


class Comparison(msgspec.Struct):
    """The fields that only the old object has, and those that differ or only the new one has."""

    removed: Node
    changed: Node
    doubtful: bool = False
    """Whether the new object may not fit its type, though the old one does and both are typed."""


Changes = tuple[Node | None, Node | None]
"""What is removed and changed at a path: None for nothing, {} for the path itself."""

_CHANGED: Changes = (None, LEAF)
ABSENT: Any = object()


def compare(atom: Atom, old: Any, new: Any) -> Comparison:
    """The differences of two values of a type, which must fit it (see validate)."""
    found = Comparison(LEAF, LEAF)
    # Maps are compared field by field in any case.
    if old.__class__ is dict or not same(old, new):
        removed, changed = _walk(atom, old, new, found)
        found.removed, found.changed = removed or LEAF, changed or LEAF
    return found


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; unlike Python, true is not 1."""
    if left is right:
        return True
    if left != right:
        return False
    kind = left.__class__
    if kind is str or left is None:
        return True
    if kind is dict and _shares_values(left, right):
        return True
    if kind is dict or kind is list:
        # Texts that are equal have no true where the other has 1; most are, and made fast.
        return _text(left) == _text(right) or _alike(left, right)
    return isinstance(left, bool) is isinstance(right, bool)


def _shares_values(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Whether equal maps hold the same lists and maps, and booleans in the same places."""
    for name, value in right.items():
        other = left[name]
        if other is not value:
            kind = value.__class__
            if kind is dict or kind is list or (kind is not other.__class__ and kind is not str):
                return False
    return True


_ENCODER = msgspec.json.Encoder()


def _text(value: Any) -> bytes:
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError:
        # A lone half of a surrogate pair is no text.
        return json.dumps(value).encode()


def _alike(left: Any, right: Any) -> bool:
    """Whether values that are equal to Python have booleans in the same places."""
    if isinstance(left, dict):
        return all(_alike(value, right[name]) for name, value in left.items())
    if isinstance(left, list):
        return all(map(_alike, left, right))
    return isinstance(left, bool) is isinstance(right, bool)


def _walk(atom: Atom, old: Any, new: Any, found: Comparison) -> Changes:
    """Compare two values that are both there, and differ."""
    if atom.only == "scalar":
        return _CHANGED
    kind = new.__class__
    if kind is old.__class__:
        if kind is dict and atom.map is not None and not atom.map.atomic:
            return _walk_map(atom.map, old, new, found)
        if kind is list and atom.list is not None and not atom.list.atomic:
            return _walk_list(atom.list, old, new, found)
    _look_into(atom, old, new, found)
    old_form, new_form = atom.form(old), atom.form(new)
    changes = _walk_as(old_form, atom, old, new, found)
    if old_form == new_form:
        return changes
    # What is removed comes of the one form, what is added of the other.
    others = _walk_as(new_form, atom, old, new, found)
    return _either(changes[0], others[0]), _either(changes[1], others[1])


def _either(mine: Node | None, other: Node | None) -> Node | None:
    if mine is None or other is None:
        return other if mine is None else mine
    return joined(mine, other)


def _look_into(atom: Atom, old: Any, new: Any, found: Comparison) -> None:
    """What is atomic, or of another form, may hold items that cannot be told apart."""
    if atom.keyed and not found.doubtful:
        found.doubtful = not fits(atom, new, old)


def _walk_as(form: str, atom: Atom, old: Any, new: Any, found: Comparison) -> Changes:
    """Compare what is of that form in two values; nothing stands for what is of another."""
    if form == "map" and atom.map is not None and not atom.map.atomic:
        left = old if isinstance(old, dict) else {}
        right = new if isinstance(new, dict) else {}
        if left or right:
            return _walk_map(atom.map, left, right, found)
    elif form == "list" and atom.list is not None and not atom.list.atomic:
        before = old if isinstance(old, list) else []
        after = new if isinstance(new, list) else []
        if before or after:
            return _walk_list(atom.list, before, after, found)
    return _CHANGED


def _walk_map(
    form: MapForm, old: dict[str, Any], new: dict[str, Any], found: Comparison
) -> Changes:
    removed: Node = {}
    changed: Node = {}
    steps, known = form.steps, old.get
    for name, value in new.items():
        before = known(name, ABSENT)
        if before is value or (value.__class__ is str and before == value):
            continue
        step = steps.get(name) or form.step(name)
        if step is None:
            found.doubtful = True
            continue
        element, atom, is_scalar, below = step
        if is_scalar:
            if before != value or not same(before, value):
                changed[element] = LEAF
        elif before is ABSENT:
            changed[element] = whole(atom, value, found)
        elif below is not None and value.__class__ is dict and before.__class__ is dict:
            # What is equal but not shared nearly always shares all that it holds.
            _place(element, _walk_map(below, before, value, found), removed, changed)
        elif not same(before, value):
            _place(element, _walk(atom, before, value, found), removed, changed)
    if not old.keys() <= new.keys():
        removed.update(_gone(form, old, new, found))
    return removed or None, changed or None


def _gone(form: MapForm, old: dict[str, Any], new: dict[str, Any], found: Comparison) -> Node:
    """The fields of a map that another has not."""
    return {
        step.element: whole(step.atom, value, found)
        for name, value in old.items()
        if name not in new and (step := form.step(name)) is not None
    }


def _place(element: str, below: Changes, removed: Node, changed: Node) -> None:
    """Put what changed at an element under it, in the sets of what is over it (in place)."""
    gone, other = below
    if gone is not None:
        removed[element] = gone
    if other is not None:
        changed[element] = other


def _walk_list(form: ListForm, old: list[Any], new: list[Any], found: Comparison) -> Changes:
    olds, news = told_apart(form, old), told_apart(form, new)
    if olds is None or news is None:
        found.doubtful = found.doubtful or news is None
        return _walk_groups(form, old, new, found)
    removed: Node = {}
    changed: Node = {}
    atom = form.element
    for element, after in news.items():
        before = olds.get(element, ABSENT)
        if before is ABSENT:
            changed[element] = whole(atom, after, found)
        elif before is not after and not same(before, after):
            _place(element, _walk(atom, before, after, found), removed, changed)
    for element, before in olds.items():
        if element not in news:
            removed[element] = whole(atom, before, found)
    return removed or None, changed or None


def _walk_groups(form: ListForm, old: list[Any], new: list[Any], found: Comparison) -> Changes:
    """Compare lists of which some items are one, or none."""
    removed: Node = {}
    changed: Node = {}
    olds, news = by_element(form, old), by_element(form, new)
    for element in {**olds, **news}:
        before, after = olds.get(element, []), news.get(element, [])
        if not same(before, after):
            below = _compare_items(form.element, before, after, found)
            _place(element, below, removed, changed)
    return removed or None, changed or None


def _compare_items(atom: Atom, old: list[Any], new: list[Any], found: Comparison) -> Changes:
    """Items of one key: with several of them on a side, the key stands for them all."""
    if len(old) > 1 and len(new) > 1:
        return _CHANGED
    if len(old) == 1 and len(new) == 1:
        return _walk(atom, old[0], new[0], found)
    removed = (whole(atom, old[0], found) if len(old) == 1 else LEAF) if old else None
    added = (whole(atom, new[0], found) if len(new) == 1 else LEAF) if new else None
    return removed, added


def whole(atom: Atom, value: Any, found: Comparison) -> Node:
    """All fields of a value that the other object has nothing of, itself a member."""
    if atom.only == "scalar":
        return LEAF
    kind = value.__class__
    if kind is dict and atom.map is not None and not atom.map.atomic:
        return _whole_map(atom.map, value, found)
    if kind is list and atom.list is not None and not atom.list.atomic:
        return _whole_list(atom.list, value, found)
    _look_into(atom, None, value, found)
    return LEAF


def _whole_map(form: MapForm, value: dict[str, Any], found: Comparison) -> Node:
    fields: Node = {SELF: LEAF}
    steps = form.steps
    for name, held in value.items():
        step = steps.get(name) or form.step(name)
        if step is None:
            found.doubtful = True
        else:
            fields[step.element] = LEAF if step.is_scalar else whole(step.atom, held, found)
    return fields if len(fields) > 1 else LEAF


def _whole_list(form: ListForm, items: list[Any], found: Comparison) -> Node:
    fields: Node = {SELF: LEAF}
    atom = form.element
    told = told_apart(form, items)
    if told is None:
        found.doubtful = True
        for element, group in by_element(form, items).items():
            fields[element] = whole(atom, group[0], found) if len(group) == 1 else LEAF
    else:
        for element, item in told.items():
            fields[element] = whole(atom, item, found)
    return fields if len(fields) > 1 else LEAF
