"""The fields that an applied configuration names, and a set with the structs on its way added.

Source: structured-merge-diff typed/tofieldset.go and fieldpath/set.go
(EnsureNamedFieldsAreMembers), v6.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.managedfields.elements import SELF
from engine.apiserver.managedfields.fieldset import Node
from engine.apiserver.managedfields.lists import by_element
from engine.apiserver.managedfields.schema import Atom, ListForm, MapForm


def fields_of(atom: Atom, value: Any) -> Node:
    """The set of the leaves, list items and entries of maps in a value."""
    found = _below(atom, value)
    return found or {}


def _below(atom: Atom, value: Any) -> Node | None:
    """What is under the value; {} if it is a leaf itself, None if it is neither."""
    form = atom.only or atom.form(value)
    if form == "scalar":
        return {}
    if form == "map" and atom.map is not None:
        if atom.map.atomic:
            return {}
        return _in_map(atom.map, value) if isinstance(value, dict) else None
    if atom.list is None or atom.list.atomic:
        return {}
    return _in_list(atom.list, value) if isinstance(value, list) else None


def _in_map(form: MapForm, value: dict[str, Any]) -> Node | None:
    found: Node = {}
    for name, held in value.items():
        atom = form.field(name)
        if atom is None:
            continue
        below = _below(atom, held)
        if held is None or held == {} or not form.names(name):
            below = {SELF: {}, **below} if below else {}
        if below is not None:
            found[f"f:{name}"] = below
    return found or None


def _in_list(form: ListForm, items: list[Any]) -> Node | None:
    found: Node = {}
    for element, held in by_element(form, items).items():
        below = _below(form.element, held[0]) if len(held) == 1 else None
        found[element] = {SELF: {}, **below} if below else {}
    return found or None


def with_named_fields(fields: Node, atom: Atom | None) -> Node:
    """The set with every named field on the way to a member added as one."""
    found: Node = {}
    for element, node in fields.items():
        if not node or element == SELF:
            found[element] = node
            continue
        below, named = _under(atom, element)
        extended = with_named_fields(node, below)
        found[element] = {SELF: {}, **extended} if named and SELF not in extended else extended
    return found


def _under(atom: Atom | None, element: str) -> tuple[Atom | None, bool]:
    """(the type under an element, whether the element is a named field)."""
    if atom is None:
        return None, False
    if element.startswith("f:") and atom.map is not None:
        name = element[2:]
        return atom.map.field(name), atom.map.names(name)
    if element.startswith("k:") and atom.list is not None:
        return atom.list.element, False
    return None, False
