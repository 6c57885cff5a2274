"""Sets of fields, in the form in which managedFields print them: nested dicts of path elements.

    {"f:spec": {".": {}, "f:replicas": {}}}      .spec and .spec.replicas

A member without children is `{}`; one with children holds `.`; what has children and no `.` only
leads to members. No set is changed once made, and sets share what is equal in them, so a union or
a difference costs what differs. Source: structured-merge-diff fieldpath/{set,serialize}.go (v6).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from engine.apiserver.managedfields.elements import SELF, ElementError, canonical, order

Node = dict[str, Any]
"""A set of fields, or what a set holds under one element."""

LEAF: Node = {}
"""A member without children: one for all, as no set is changed once made."""

Path = tuple[str, ...]


class FieldsError(ValueError):
    """A fieldsV1 that cannot be read."""


def is_member(node: Node) -> bool:
    """Whether the element over this node is itself in the set."""
    return not node or SELF in node


def from_paths(*paths: Path) -> Node:
    """The set of these paths."""
    found: Node = {}
    for path in paths:
        insert(found, path)
    return found


def insert(root: Node, path: Path, node: Node | None = None) -> None:
    """Add a path, or all that `node` holds under it, to a set that is being made (in place).

    The nodes along the path must be its own, not shared with another set.
    """
    at = root
    for element in path[:-1]:
        below = at.get(element)
        if below is None:
            below = at[element] = {}
        elif not below:
            below[SELF] = {}
        at = below
    added: Node = {} if node is None else node
    before = at.get(path[-1])
    at[path[-1]] = added if before is None else joined(before, added)


def union(left: Node, right: Node) -> Node:
    """What is in either; `left` itself where it has all of it."""
    if not right or left is right:
        return left
    if not left:
        return right
    found = left
    for element, node in right.items():
        before = left.get(element)
        both = node
        if before is not None:
            if before is node or element == SELF:
                continue
            both = joined(before, node)
            if both is before:
                continue
        if found is left:
            found = dict(left)
        found[element] = both
    return found


def joined(left: Node, right: Node) -> Node:
    """The union of what two sets hold under one element."""
    if not left:
        if not right:
            return left
        return right if is_member(right) else {SELF: {}, **right}
    if not right:
        return left if SELF in left else {SELF: {}, **left}
    return union(left, right)


def difference(left: Node, right: Node) -> Node:
    """What is in `left` and not in `right`; children stay when only their parent is in `right`."""
    if not right or not left:
        return left
    return _reduced(left, right, _rest)


def recursive_difference(left: Node, right: Node) -> Node:
    """What is in `left` and neither in `right` nor under a member of it."""
    if not right or not left:
        return left
    return _reduced(left, right, _rest_recursively)


def _reduced(left: Node, right: Node, rest: Any) -> Node:
    """`left` with what `rest` leaves of the nodes that both have; itself if that is all of them."""
    found = left
    for element in right if len(right) < len(left) else left:
        node, other = left.get(element), right.get(element)
        if node is None or other is None or element == SELF:
            continue
        # Of two leaves nothing stays, whatever is asked for.
        kept = rest(node, other) if node or other else None
        if kept is node:
            continue
        if found is left:
            found = dict(left)
        if kept is None:
            del found[element]
        else:
            found[element] = kept
    return found


def _rest(node: Node, other: Node) -> Node | None:
    owned = is_member(node)
    stays = owned and not is_member(other)
    below = _reduced(node, other, _rest) if other else node
    if below is node and owned == stays:
        return node
    return _without_self(below, owned, stays)


def _rest_recursively(node: Node, other: Node) -> Node | None:
    if is_member(other):
        return None
    owned = is_member(node)
    return _without_self(_reduced(node, other, _rest_recursively), owned, owned)


def _without_self(below: Node, owned: bool, stays: bool) -> Node | None:
    """The node with the children of `below`, itself a member if it `stays`; None if it is empty."""
    has_children = len(below) > (SELF in below)
    if owned and stays:
        # With its last child gone, a member is spelled {}.
        return below if has_children or not below else {}
    if not has_children:
        return None
    return {k: v for k, v in below.items() if k != SELF} if SELF in below else below


def intersection(left: Node, right: Node) -> Node:
    """What is in both."""
    if left is right:
        return left
    found: Node = {}
    small, large = (left, right) if len(left) <= len(right) else (right, left)
    for element, node in small.items():
        other = large.get(element)
        if other is None or element == SELF:
            continue
        below = intersection(node, other)
        if is_member(node) and is_member(other):
            found[element] = {SELF: {}, **below} if below and SELF not in below else below
        elif below:
            found[element] = {k: v for k, v in below.items() if k != SELF}
    return found


def has(fields: Node, path: Path) -> bool:
    """Whether the path is a member."""
    node = fields
    for element in path:
        below = node.get(element)
        if below is None:
            return False
        node = below
    return bool(path) and is_member(node)


def paths(fields: Node, prefix: Path = ()) -> Iterator[Path]:
    """All members: those of one level in their order, before what is under any of them."""
    for element in sorted(fields, key=order):
        if element != SELF and is_member(fields[element]):
            yield (*prefix, element)
    for element in sorted(fields, key=order):
        if element != SELF:
            yield from paths(fields[element], (*prefix, element))


def ordered(fields: Node, known: Node | None = None) -> Node:
    """The same set with its entries in the order in which Kubernetes prints them.

    What it shares with `known`, which is in that order, is taken as it is.
    """
    if fields is known or not fields:
        return fields
    below = known or {}
    if len(fields) == 1:
        [(element, node)] = fields.items()
        return {element: ordered(node, below.get(element))} if node else fields
    return {
        element: ordered(node, below.get(element)) if (node := fields[element]) else node
        for element in _in_order(tuple(fields))
    }


@lru_cache(maxsize=8192)
def _in_order(elements: tuple[str, ...]) -> list[str]:
    """The elements sorted; what stands together in one set does so in most others."""
    return sorted(elements, key=order)


def read(written: Any) -> Node:
    """The set that a fieldsV1 holds, in canonical spelling; raises FieldsError if it is none.

    Elements of unknown types are passed over, as readIterV1 does.
    """
    if written is None:
        return {}
    node, _ = _read(written)
    return node


def _read(written: Any) -> tuple[Node, bool]:
    """(the children, whether the element over them is a member)."""
    if not isinstance(written, dict):
        if written is None:
            return {}, True
        raise FieldsError(f"ReadMapCB: expect {{ or n, but found {str(written)[:1]}")
    found: Node = {}
    own = False
    for text, below in written.items():
        if text == SELF:
            own = True
            continue
        try:
            element = canonical(text)
        except ElementError as error:
            raise FieldsError(f"parsing key as path element: {error}") from None
        if element is None:
            continue
        children, member = _read(below)
        node = {SELF: {}, **children} if member and children else children
        before = found.get(element)
        found[element] = node if before is None else joined(before, node)
    return found, own or not found


def including(fields: Node, matcher: Node) -> Node:
    """Only what the matcher names: its elements, `*` for any, and all that is under its leaves."""
    found: Node = {}
    for element, node in fields.items():
        below = matcher.get("*", matcher.get(element))
        if below is None or element == SELF:
            continue
        if not below:
            found[element] = node
            continue
        kept = including(node, below)
        if is_member(node):
            found[element] = {SELF: {}, **kept} if kept else {}
        elif kept:
            found[element] = kept
    return found
