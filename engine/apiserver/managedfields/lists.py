"""Items of lists that are merged one by one: by which path element each is known.

Source: structured-merge-diff typed/helpers.go (listItemToPathElement), v6.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.managedfields import elements
from engine.apiserver.managedfields.schema import ListForm
from engine.model.quoting import quote

_NAMED_MAX = 4096


class ItemError(ValueError):
    """An item that cannot be told from the others."""


def element_of(form: ListForm, item: Any) -> str:
    """The path element of an item of such a list; raises ItemError if it can have none."""
    if form.only_key is not None and item.__class__ is dict:
        value = item.get(form.only_key)
        # Of other scalars than texts, 1 is True to a dict.
        if value.__class__ is str and (known := form.named.get(value)) is not None:
            return known
    return _keyed(form, item) if form.keys else _of_set(item)


def _keyed(form: ListForm, item: Any) -> str:
    if item is None:
        raise ItemError("associative list with keys may not have a null element")
    if not isinstance(item, dict):
        raise ItemError("associative list with keys may not have non-map elements")
    # Nearly all lists have one key, and nearly all items have it.
    only = form.only_key
    if only is not None and (value := item.get(only)) is not None:
        return _named(form, value)
    pairs = []
    for name, default in form.keys_with_defaults:
        value = item.get(name, default)
        if value is not None or name in item:
            pairs.append((name, value))
    if not pairs:
        names = " ".join(map(quote, form.keys))
        raise ItemError(
            f"associative list with keys has an element that omits all key fields [{names}] "
            "(and doesn't have default values for any key fields)"
        )
    return elements.key(pairs)


def _named(form: ListForm, value: Any) -> str:
    """The element of that value of the only key; those of texts are kept."""
    element = f'k:{{"{form.only_key}":{elements.json_text(value)}}}'
    if value.__class__ is str:
        if len(form.named) >= _NAMED_MAX:
            form.named.clear()
        form.named[value] = element
    return element


def _of_set(item: Any) -> str:
    if isinstance(item, dict):
        raise ItemError("associative list without keys has an element that's a map type")
    if isinstance(item, list):
        raise ItemError("not supported: associative list with lists as elements")
    if item is None:
        raise ItemError("associative list without keys has an element that's an explicit null")
    return elements.item(item)


def by_element(form: ListForm, items: Any) -> dict[str, list[Any]]:
    """The items under each path element, in their order; those that can have none are left out."""
    found: dict[str, list[Any]] = {}
    for item in items or ():
        try:
            element = element_of(form, item)
        except ItemError:
            continue
        found.setdefault(element, []).append(item)
    return found


def told_apart(form: ListForm, items: list[Any]) -> dict[str, Any] | None:
    """The item under each path element; None where two are one, or one can have no element."""
    found: dict[str, Any] = {}
    for item in items:
        try:
            found[element_of(form, item)] = item
        except ItemError:
            return None
    return found if len(found) == len(items) else None
