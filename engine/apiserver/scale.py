"""A write to the scale subresource, as the parent object stores it.

Source: pkg/registry/apps/*/storage/storage.go (v1.36); who owns the replicas then is told in
engine.apiserver.managedfields.scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.apiserver.managedfields.entries import EntriesError, Writer
from engine.apiserver.managedfields.scaled import BUILTIN_PATHS, scale_applied, scale_updated

Object = dict[str, Any]

MANAGER_LENGTH_MAX = 128
"""Bytes of a manager's name (metav1 validation.FieldManagerMaxLength, v1.36)."""


def manager_of(field_manager: str | None, user_agent: str) -> str:
    """The name of the manager of a write: as asked for, else the head of the user agent.

    Of the user agent only what can be printed is taken, and no character in parts. Source:
    k8s.io/apiserver pkg/endpoints/handlers/create.go (managerOrUserAgent, prefixFromUserAgent),
    v1.36.
    """
    if field_manager:
        return field_manager
    found, size = "", 0
    for character in user_agent.split("/", 1)[0]:
        if not character.isprintable():
            continue
        size += len(character.encode(errors="surrogatepass"))
        if size > MANAGER_LENGTH_MAX:
            break
        found += character
    return found


def scale(
    parent: Object,
    replicas: int,
    manager: str,
    *,
    operation: str = "Update",
    path: Sequence[str] = ("spec", "replicas"),
) -> Object:
    """`parent` with `replicas` at `path`, the generation grown and the field's ownership moved.

    A write that the record knows to have been taken is not asked whether it conflicts.
    """
    before = _value(parent, path)
    metadata = dict(parent["metadata"])
    if before != replicas and "generation" in metadata:
        metadata["generation"] += 1
    managed = _managed(parent, before, replicas, Writer(manager, ""), operation, path)
    metadata["managedFields"] = managed
    return {**_with_value(parent, path, replicas), "metadata": metadata}


def _managed(
    parent: Object, before: int, after: int, writer: Writer, operation: str, path: Sequence[str]
) -> Any:
    elements = tuple(f"f:{name}" for name in path)
    paths = {**BUILTIN_PATHS, str(parent.get("apiVersion", "")): elements}
    live, new = _scale_of(parent, before), _scale_of(parent, after)
    try:
        if operation == "Apply":
            return scale_applied(parent, live, new, writer, force=True, paths=paths)[1]
        return scale_updated(parent, live, new, writer, paths)
    except EntriesError:
        return parent["metadata"]["managedFields"]


def _scale_of(parent: Object, replicas: int) -> Object:
    """The Scale of an object that is stored; it leaves out a zero."""
    name = parent["metadata"].get("name", "")
    spec = {"replicas": replicas} if replicas else {}
    metadata = {"name": name, "uid": parent["metadata"].get("uid") or name}
    return {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata, "spec": spec}


def _with_value(obj: Object, path: Sequence[str], value: Any) -> Object:
    head, *rest = path
    return {**obj, head: _with_value(obj.get(head) or {}, rest, value) if rest else value}


def _value(obj: Object, path: Sequence[str]) -> Any:
    for step in path:
        obj = obj.get(step) or {}
    return obj or 0
