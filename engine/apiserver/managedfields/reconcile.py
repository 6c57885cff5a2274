"""Sets that were written when a type was merged otherwise: granular then, atomic now.

Source: structured-merge-diff typed/reconcile_schema.go (v6).
"""

from __future__ import annotations

from engine.apiserver.managedfields.elements import SELF
from engine.apiserver.managedfields.fieldset import (
    Node,
    Path,
    from_paths,
    is_member,
    recursive_difference,
    union,
)
from engine.apiserver.managedfields.schema import Atom, ListForm, MapForm

_SETTLED_MAX = 8192


def reconciled(fields: Node, atom: Atom, text: bytes = b"") -> Node:
    """The set in terms of the type: who owned a part of what is atomic now owns it whole.

    By its `text`, if it has one, a set is known again that was in these terms before.
    """
    if text and text in atom.settled:
        return fields
    found: list[Path] = []
    _visit(atom, fields, (), False, found)
    if not found:
        if text:
            settle(atom, text)
        return fields
    whole = from_paths(*found) if all(found) else {}
    return union(recursive_difference(fields, whole), whole)


def settle(atom: Atom, text: bytes) -> None:
    """Remember that the set of this text is in terms of the type."""
    if len(atom.settled) >= _SETTLED_MAX:
        atom.settled.clear()
    atom.settled.add(text)


def _visit(atom: Atom, node: Node, path: Path, leaf: bool, found: list[Path]) -> None:
    form = atom.forms[0]
    if form == "map" and atom.map is not None:
        _visit_map(atom.map, node, path, leaf, found)
    elif form == "list" and atom.list is not None:
        if not leaf and atom.list.atomic:
            found.append(path)
            return
        _visit_items(atom.list, node, path, found)


def _visit_map(form: MapForm, node: Node, path: Path, leaf: bool, found: list[Path]) -> None:
    if form.deduced:
        return
    if not leaf and form.atomic:
        if node:
            found.append(path)
        return
    for element, below in node.items():
        if element == SELF:
            continue
        atom = form.field(element[2:] if element.startswith("f:") else "")
        if atom is not None and atom.only != "scalar":
            _visit(atom, below, (*path, element), not below, found)


def _visit_items(form: ListForm, node: Node, path: Path, found: list[Path]) -> None:
    atom = form.element
    if atom.only == "scalar":
        return
    for element, below in node.items():
        if element != SELF:
            _visit(atom, below, (*path, element), is_member(below) and not below, found)
