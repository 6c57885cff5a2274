"""Who owns the replicas of an object that is written through its scale subresource.

The entries of the object are translated to those of a Scale, written as any object's, and
translated back. On the way updaters lose their times, and get entries of their own: the Scale's
are of autoscaling/v1, by which updaters are told apart. Source: k8s.io/apimachinery
pkg/util/managedfields/scalehandler.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.apiserver.managedfields import entries
from engine.apiserver.managedfields.entries import Managers, Owned, Writer
from engine.apiserver.managedfields.fieldset import Path, difference, from_paths, has
from engine.apiserver.managedfields.manager import apply, update

Object = dict[str, Any]

ReplicaPaths = Mapping[str, Path | None]
"""By API version of the object: where its replicas are; None where it has no scale."""

SCALE_VERSION = "autoscaling/v1"
REPLICAS: Path = ("f:spec", "f:replicas")

_APPS = ("apps/v1beta1", "apps/v1beta2", "apps/v1")

BUILTIN_PATHS: Mapping[str, Path | None] = dict.fromkeys((*_APPS, "v1"), REPLICAS)
"""replicasPathMapping of pkg/registry/{apps,core}/*/storage/storage.go (v1.36)."""


def replica_path(json_path: str) -> Path:
    """The path of a custom resource's `specReplicasPath`, such as `.spec.replicas`."""
    return tuple(f"f:{name}" for name in json_path.split(".") if name)


def scale_updated(
    parent: Object, live: Object, new: Object, writer: Writer, paths: ReplicaPaths = BUILTIN_PATHS
) -> list[Object]:
    """The parent's managedFields after an update or a patch of its Scale from `live` to `new`.

    Raises EntriesError for managedFields that cannot be read.
    """
    held = _managed(parent)
    after = update(_with(live, to_scale(held, paths)), new, _through_scale(writer))
    return to_parent(held, _managed(after), str(parent.get("apiVersion", "")), paths)


def scale_applied(
    parent: Object,
    live: Object,
    applied: Object,
    writer: Writer,
    force: bool = False,
    paths: ReplicaPaths = BUILTIN_PATHS,
) -> tuple[Object, list[Object]]:
    """The Scale with a configuration applied, and the parent's managedFields.

    Raises what `apply` does, and EntriesError for managedFields that cannot be read.
    """
    held = _managed(parent)
    after = apply(_with(live, to_scale(held, paths)), applied, _through_scale(writer), force)
    version = str(parent.get("apiVersion", ""))
    return after, to_parent(held, _managed(after), version, paths)


def to_scale(held: Any, paths: ReplicaPaths) -> list[Object]:
    """The entries of the Scale: those of the parent that own its replicas, and these alone."""
    found: Managers = {}
    for manager, owned in entries.read(held).items():
        path = paths.get(owned.api_version)
        if path is not None and has(owned.fields, path):
            fields = from_paths(REPLICAS)
            found[manager] = Owned(fields, SCALE_VERSION, owned.applied, owned.time)
    return entries.write(found)


def to_parent(held: Any, scale_entries: Any, api_version: str, paths: ReplicaPaths) -> list[Object]:
    """The entries of the parent, which is of that version, after those of its Scale changed."""
    before = entries.read(held)
    owners = entries.read(scale_entries)
    found: Managers = {}
    for manager, owned in before.items():
        if owned.api_version not in paths:
            continue
        path = paths[owned.api_version]
        if path is None or not has(owned.fields, path):
            found[manager] = owned
        elif manager in owners:
            found[manager] = owned
            del owners[manager]
        elif rest := difference(owned.fields, from_paths(path)):
            found[manager] = owned.having(rest)
    path = paths.get(api_version)
    for manager, owned in owners.items():
        if path is not None and has(owned.fields, REPLICAS):
            time = before[manager].time if manager in before else None
            found[manager] = Owned(from_paths(path), api_version, owned.applied, time)
    return entries.write(found)


def _managed(obj: Object) -> Any:
    metadata = obj.get("metadata")
    return metadata.get("managedFields") if isinstance(metadata, dict) else None


def _with(scale: Object, managed: list[Object]) -> Object:
    return {**scale, "metadata": {**(scale.get("metadata") or {}), "managedFields": managed}}


def _through_scale(writer: Writer) -> Writer:
    return Writer(writer.manager, writer.time, "scale")
