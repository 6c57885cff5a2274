"""Take fields and items out of a value.

Source: structured-merge-diff typed/remove.go (v6.3.2, that of v1.36: what is emptied by it stays,
empty; versions before and after leave null).
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.managedfields.fieldset import Node, is_member
from engine.apiserver.managedfields.lists import ItemError, element_of
from engine.apiserver.managedfields.schema import Atom, ListForm, MapForm


def remove(atom: Atom | None, value: Any, fields: Node) -> Any:
    """The value without these fields; None where it is atomic, or all of it was named."""
    form = atom.form(value) if atom is not None else ""
    if form == "scalar" or atom is None:
        return value
    if form == "map":
        return _from_map(atom.map, value, fields) if isinstance(value, dict) else None
    return _from_list(atom.list, value, fields) if isinstance(value, list) else None


def _from_map(form: MapForm | None, value: dict[str, Any], fields: Node) -> Any:
    if not value or form is None or form.atomic:
        return None
    kept = {}
    for name, held in value.items():
        node = fields.get(f"f:{name}")
        if node is None:
            kept[name] = held
        elif not is_member(node):
            kept[name] = _emptied(remove(form.field(name), held, node), held)
    return kept or None


def _from_list(form: ListForm | None, items: list[Any], fields: Node) -> Any:
    if not items or form is None or form.atomic:
        return None
    kept = []
    for held in items:
        try:
            node = fields.get(element_of(form, held))
        except ItemError:
            node = None
        if node is None:
            kept.append(held)
        elif not is_member(node):
            kept.append(_emptied(remove(form.element, held, node), held))
    return kept or None


def _emptied(left: Any, value: Any) -> Any:
    """A map or list of which nothing is left, as an empty one."""
    if left is not None or not isinstance(value, dict | list):
        return left
    return {} if isinstance(value, dict) else []
