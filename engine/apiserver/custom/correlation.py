"""Which part of an old object a part of the new one came from, so that unchanged faults may stay.

Source: k8s.io/apiserver pkg/cel/common/{equality,maplist}.go, v1.36.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engine.apiserver.custom.schema import LIST_KEYS, LIST_TYPE, Schema, field_of, items_of


@dataclass(frozen=True, slots=True)
class Correlation:
    """A part of the new object and the part of the old one that it was."""

    new: Any
    old: Any
    schema: Schema

    def unchanged(self) -> bool:
        """Whether both are equal: whatever is wrong with it may stay (ratcheting)."""
        return same(self.new, self.old)

    def key(self, name: str) -> Correlation | None:
        """A field; None where the old object or the schema has none."""
        if not isinstance(self.new, dict) or not isinstance(self.old, dict):
            return None
        field = field_of(self.schema, name)
        if field is None or name not in self.new or name not in self.old:
            return None
        return Correlation(self.new[name], self.old[name], field)

    def index(self, index: int) -> Correlation | None:
        """An item of a list that is a map by keys; None for other lists."""
        items = items_of(self.schema)
        if items is None or not isinstance(self.new, list) or index >= len(self.new):
            return None
        old = item_like(self.new[index], self.old, self.schema)
        return None if old is None else Correlation(self.new[index], old, items)


def item_like(item: Any, olds: Any, schema: Schema) -> Any:
    """The item of the old list that has the same keys; None unless the list is a map by keys."""
    names = schema.get(LIST_KEYS)
    if schema.get(LIST_TYPE) != "map" or not names or not isinstance(item, dict):
        return None
    if not isinstance(olds, list):
        return None
    keys = [item.get(name) for name in names]
    for old in olds:
        if isinstance(old, dict) and same([old.get(name) for name in names], keys):
            return old
    return None


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, with their types: 1 is not 1.0, nor true."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
