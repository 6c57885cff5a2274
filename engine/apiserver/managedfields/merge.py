"""An applied configuration merged into an object.

Source: structured-merge-diff typed/merge.go (v6): what both have is taken from the configuration,
nothing is removed, and items of lists keep the configuration's order among themselves.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.managedfields.compare import ABSENT
from engine.apiserver.managedfields.elements import display
from engine.apiserver.managedfields.lists import ItemError, element_of
from engine.apiserver.managedfields.schema import Atom, ListForm, MapForm
from engine.apiserver.managedfields.validate import TypedError


def merge(atom: Atom, live: Any, applied: Any) -> Any:
    """`live` with `applied` merged in; ABSENT if neither leaves anything.

    Raises TypedError for lists whose items cannot be told apart.
    """
    if applied is ABSENT or live is ABSENT:
        return live if applied is ABSENT else applied
    live_form, form = atom.form(live), atom.form(applied)
    if live_form != form:
        # Both forms are walked; what the second makes counts, and it makes nothing of the first.
        return _merged(atom, form, _if_of(form, live), applied)
    return _merged(atom, form, live, applied)


def _if_of(form: str, value: Any) -> Any:
    fits = {"map": isinstance(value, dict), "list": isinstance(value, list)}
    return value if fits.get(form, True) else None


def _merged(atom: Atom, form: str, live: Any, applied: Any) -> Any:
    if form == "map" and atom.map is not None and not atom.map.atomic:
        left = live if isinstance(live, dict) else None
        right = applied if isinstance(applied, dict) else None
        return _merged_maps(atom.map, left, right) if left or right else applied
    if form == "list" and atom.list is not None and not atom.list.atomic:
        items = live if isinstance(live, list) else None
        others = applied if isinstance(applied, list) else None
        return _merged_lists(atom.list, items or [], others or []) if items or others else applied
    return applied


def _merged_maps(form: MapForm, live: dict[str, Any] | None, applied: dict[str, Any] | None) -> Any:
    found = dict(live or {})
    for name, value in (applied or {}).items():
        atom = form.field(name)
        if atom is None:
            raise TypedError([(f".{name}", "schema error: no type found matching: ")])
        try:
            merged = merge(atom, found.get(name, ABSENT), value)
        except TypedError as error:
            raise TypedError([(f".{name}{path}", text) for path, text in error.problems]) from None
        if merged is not ABSENT:
            found[name] = merged
    return found or ABSENT


class _Items:
    """A list's items by their elements; of several with one element none is merged."""

    def __init__(self, form: ListForm, items: list[Any], duplicates: bool) -> None:
        self.elements: list[str] = []
        self.items: list[Any] = []
        self.by_element: dict[str, Any] = {}
        problems = []
        for index, held in enumerate(items):
            try:
                element = element_of(form, held)
            except ItemError as error:
                problems.append(("", f"element {index}: {error}"))
                continue
            if element in self.by_element:
                if not duplicates:
                    problems.append(("", f"duplicate entries for key {display(element)}"))
                    continue
                self.by_element[element] = None
            else:
                self.by_element[element] = held
            self.elements.append(element)
            self.items.append(held)
        if problems:
            raise TypedError(problems)


def _merged_lists(form: ListForm, live: list[Any], applied: list[Any]) -> Any:
    """Both walked side by side: live items keep their places between those that both have."""
    right = _Items(form, applied, duplicates=False)
    left = _Items(form, live, duplicates=True)
    shared = iter([element for element in right.elements if element in left.by_element])
    following = next(shared, None)
    done: set[str] = set()
    found: list[Any] = []
    at = place = 0
    while at < len(left.elements) or place < len(right.elements):
        if at < len(left.elements):
            element = left.elements[at]
            if place < len(right.elements) and element == right.elements[place]:
                done.add(element)
                _append(form, found, left.by_element[element], right.by_element[element])
                at, place, following = at + 1, place + 1, next(shared, None)
                continue
            in_right = element in right.by_element
            if place < len(right.elements) and in_right and following not in (None, element):
                # Shared, and not the one whose turn it is.
                at += 1
                continue
            if not in_right:
                _append(form, found, left.items[at], ABSENT)
                at += 1
                continue
            if element in done:
                at += 1
        if place < len(right.elements):
            element = right.elements[place]
            done.add(element)
            before = left.by_element.get(element, ABSENT)
            _append(form, found, before, right.by_element[element])
            place += 1
            if following == element:
                following = next(shared, None)
    return found or ABSENT


def _append(form: ListForm, found: list[Any], live: Any, applied: Any) -> None:
    try:
        merged = merge(form.element, live, applied)
    except TypedError:
        # mergeListItem's errors are shadowed where it is called: such an item is left out.
        return
    if merged is not ABSENT:
        found.append(merged)
