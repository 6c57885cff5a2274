"""Writes that do what another one did: most change the same fields as the one before them.

What becomes of the managers hangs on their sets of fields, on who writes, and on which fields
differ. All of these have texts, and by them the result is found again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from engine.apiserver.managedfields.compare import Comparison
from engine.apiserver.managedfields.entries import Identity, Managers, Owned
from engine.apiserver.managedfields.fieldset import Node, ordered

_MAX = 2048
_Result = tuple[bool, tuple[tuple[Identity, Node | None], ...]]
"""Whether the writer owns what it wrote; by manager its fields in order, None for as before."""
_results: dict[Any, _Result] = {}
_encode = msgspec.json.Encoder().encode


def repeated(
    kind: object,
    identity: Identity,
    writer: Owned,
    managers: Managers,
    comparison: Comparison,
    make: Callable[[], tuple[Managers, bool]],
) -> Managers:
    """The managers that `make` makes, which also tells whether the writer owns what it wrote.

    `kind` stands for the type of the object and for what its writes may change. `writer` is what
    the writer, `identity`, owns after it, but for the fields.
    """
    key = _key(kind, identity, writer, managers, comparison)
    if key is None:
        return make()[0]
    result = _results.get(key)
    if result is None:
        if len(_results) >= _MAX:
            _results.clear()
        result = _results[key] = _result(managers, *make())
    wrote, fields_of = result
    found: Managers = {}
    for one, fields in fields_of:
        if fields is None:
            found[one] = managers[one]
        else:
            owned = writer if wrote and one == identity else managers[one]
            found[one] = Owned(fields, owned.api_version, owned.applied, owned.time, base=fields)
    return found


def _result(managers: Managers, made: Managers, wrote: bool) -> _Result:
    return wrote, tuple(
        (one, None if managers.get(one) is owned else ordered(owned.fields, owned.base))
        for one, owned in made.items()
    )


def _key(
    kind: object, identity: Identity, writer: Owned, managers: Managers, comparison: Comparison
) -> Any:
    """What the result hangs on; None where a set has no text, or is in another version's terms."""
    held = []
    for one, owned in managers.items():
        if not owned.text or owned.api_version != writer.api_version:
            return None
        held.append((one, owned.text))
    try:
        changed = _encode((comparison.removed, comparison.modified, comparison.added))
    except UnicodeEncodeError:
        return None
    return (kind, identity, tuple(held), changed)
