"""Which fields differ between two objects of one type.

Source: structured-merge-diff typed/compare.go (v6). What is equal is passed over whole, so the cost
is that of what changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec

from engine.apiserver.managedfields.elements import SELF
from engine.apiserver.managedfields.fieldset import Node, Path, insert, union
from engine.apiserver.managedfields.lists import by_element
from engine.apiserver.managedfields.schema import Atom, ListForm, MapForm


@dataclass(slots=True)
class Comparison:
    """The fields that only the old object has, that differ, and that only the new one has."""

    removed: Node = field(default_factory=dict)
    modified: Node = field(default_factory=dict)
    added: Node = field(default_factory=dict)

    @property
    def changed(self) -> Node:
        """What is modified or added."""
        return union(self.modified, self.added)


ABSENT: Any = object()


def compare(atom: Atom, old: Any, new: Any) -> Comparison:
    """The differences of two values of a type, which must fit it (see validate)."""
    found = Comparison()
    if not same(old, new):
        _walk(atom, old, new, (), found)
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
    if kind is dict and all(left[name] is value for name, value in right.items()):
        return True
    if kind is dict or kind is list:
        # Texts that are equal have no true where the other has 1; most are, and made fast.
        return _text(left) == _text(right) or _alike(left, right)
    return isinstance(left, bool) is isinstance(right, bool)


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


def _walk(atom: Atom, old: Any, new: Any, path: Path, found: Comparison) -> None:
    """Compare two values that are both there, and differ."""
    old_form, new_form = atom.form(old), atom.form(new)
    forms = (old_form,) if old_form == new_form else (old_form, new_form)
    for form in forms:
        if form == "map" and atom.map is not None and not atom.map.atomic:
            left = old if isinstance(old, dict) else {}
            right = new if isinstance(new, dict) else {}
            if left or right:
                _walk_map(atom.map, left, right, path, found)
                continue
        elif form == "list" and atom.list is not None and not atom.list.atomic:
            before = old if isinstance(old, list) else []
            after = new if isinstance(new, list) else []
            if before or after:
                _walk_list(atom.list, before, after, path, found)
                continue
        if path:
            insert(found.modified, path)


def _walk_map(
    form: MapForm, old: dict[str, Any], new: dict[str, Any], path: Path, found: Comparison
) -> None:
    for name, value in new.items():
        before = old.get(name, ABSENT)
        if before is ABSENT:
            atom = form.field(name)
            if atom is not None:
                insert(found.added, (*path, f"f:{name}"), whole(atom, value))
        elif before is not value and not same(before, value):
            atom = form.field(name)
            if atom is not None:
                _walk(atom, before, value, (*path, f"f:{name}"), found)
    for name, value in old.items():
        if name not in new:
            atom = form.field(name)
            if atom is not None:
                insert(found.removed, (*path, f"f:{name}"), whole(atom, value))


def _walk_list(
    form: ListForm, old: list[Any], new: list[Any], path: Path, found: Comparison
) -> None:
    olds, news = by_element(form, old), by_element(form, new)
    for element in {**olds, **news}:
        before, after = olds.get(element, []), news.get(element, [])
        if not same(before, after):
            _compare_items(form.element, before, after, (*path, element), found)


def _compare_items(
    atom: Atom, old: list[Any], new: list[Any], path: Path, found: Comparison
) -> None:
    """Items of one key: with several of them on a side, the key stands for them all."""
    if len(old) > 1 and len(new) > 1:
        insert(found.modified, path)
    elif len(old) > 1:
        if new:
            insert(found.added, path, whole(atom, new[0]))
        insert(found.removed, path)
    elif len(new) > 1:
        if old:
            insert(found.removed, path, whole(atom, old[0]))
        insert(found.added, path)
    elif old and new:
        _walk(atom, old[0], new[0], path, found)
    elif new:
        insert(found.added, path, whole(atom, new[0]))
    else:
        insert(found.removed, path, whole(atom, old[0]))


def whole(atom: Atom, value: Any) -> Node:
    """All fields of a value that the other object has nothing of, itself a member."""
    form = atom.only or atom.form(value)
    found: Node = {}
    if form == "map" and value and atom.map is not None and not atom.map.atomic:
        if not isinstance(value, dict):
            return {}
        found[SELF] = {}
        for name, held in value.items():
            below = atom.map.field(name)
            if below is not None:
                found[f"f:{name}"] = {} if below.only == "scalar" else whole(below, held)
    elif form == "list" and value and atom.list is not None and not atom.list.atomic:
        if not isinstance(value, list):
            return {}
        found[SELF] = {}
        for element, items in by_element(atom.list, value).items():
            found[element] = whole(atom.list.element, items[0]) if len(items) == 1 else {}
    return found if len(found) > 1 else {}
