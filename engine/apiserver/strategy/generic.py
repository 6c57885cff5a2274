"""Strategies that many kinds share: a spec that users write, a status that controllers write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.apiserver.strategy.contract import Object, PrepareForUpdate, Strategy

Changed = Callable[[Object, Object], bool]


def declared(
    *,
    generation: bool = True,
    status: Mapping[str, Any] | None = None,
    changed: Changed | None = None,
    status_keeps: tuple[str, ...] = (),
    has_status: bool = True,
) -> Strategy:
    """A kind with a spec.

    Of such a kind a new object has the status given here (empty unless given) and generation 1. A
    write of the object keeps the status, one of the status keeps the spec and the metadata named by
    `status_keeps`. The generation grows by one when `changed`, by default the spec.
    """
    differs = changed or spec_changed

    def create(obj: Object) -> None:
        if has_status:
            obj["status"] = dict(status or {})
        if generation:
            obj["metadata"]["generation"] = 1

    def update(new: Object, old: Object) -> None:
        if has_status:
            take(new, old, "status")
        if generation and differs(new, old):
            grow(new, old)

    def update_status(new: Object, old: Object) -> None:
        take(new, old, "spec")
        for name in status_keeps:
            take(new["metadata"], old["metadata"], name)

    subresources: dict[str, PrepareForUpdate] = {"status": update_status} if has_status else {}
    return Strategy(create, update, subresources)


def spec_changed(new: Object, old: Object) -> bool:
    """Whether the spec is another one."""
    return bool(new.get("spec") != old.get("spec"))


def grow(new: Object, old: Object) -> None:
    """Let the generation grow by one."""
    new["metadata"]["generation"] = (old["metadata"].get("generation") or 0) + 1


def take(new: Object, old: Object, name: str) -> None:
    """Take a field from the old object, absence included."""
    if name in old:
        new[name] = old[name]
    else:
        new.pop(name, None)


def fields_changed(*names: str) -> Changed:
    """Whether one of those fields of the object is another one."""
    return lambda new, old: any(new.get(name) != old.get(name) for name in names)


def annotations_or_spec_changed(new: Object, old: Object) -> bool:
    """Whether the spec or the annotations are others."""
    one, other = new["metadata"].get("annotations"), old["metadata"].get("annotations")
    return spec_changed(new, old) or (one or {}) != (other or {})
