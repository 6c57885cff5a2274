"""What the registry does to custom resources before it validates them.

Source: k8s.io/apiextensions-apiserver pkg/registry/customresource/{strategy,status_strategy}.go,
v1.36.
"""

from __future__ import annotations

from functools import partial

from engine.apiserver.custom.definition import Definition
from engine.apiserver.strategy.contract import Object, Strategy
from engine.apiserver.strategy.generic import grow, take


def of(definition: Definition) -> Strategy:
    """The strategy of one version of a custom resource."""
    return Strategy(
        create=partial(_create, definition.has_status),
        update=partial(_update, definition.has_status),
        subresources={"status": _update_status},
    )


def _create(has_status: bool, obj: Object) -> None:
    if has_status:
        obj.pop("status", None)
    obj["metadata"] = {**(obj.get("metadata") or {}), "generation": 1}


def _update(has_status: bool, new: Object, old: Object) -> None:
    """Anything but metadata counts, unless the status has a subresource of its own."""
    if has_status:
        take(new, old, "status")
    if _without_metadata(new) != _without_metadata(old):
        grow(new, old)


def _update_status(new: Object, old: Object) -> None:
    """Of the new object only the status counts, and who manages its fields."""
    status = {"status": new["status"]} if "status" in new else {}
    managed = new["metadata"].get("managedFields")
    metadata = new["metadata"]
    kept = {name: value for name, value in old["metadata"].items() if name != "managedFields"}
    metadata.clear()
    metadata.update(kept)
    if managed:
        metadata["managedFields"] = managed
    rest = {name: value for name, value in old.items() if name not in ("status", "metadata")}
    new.clear()
    new.update({**rest, "metadata": metadata, **status})


def _without_metadata(obj: Object) -> Object:
    return {name: value for name, value in obj.items() if name != "metadata"}
