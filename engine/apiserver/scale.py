"""A write to the scale subresource, as the parent object stores it.

Source: k8s.io/apimachinery pkg/util/managedfields/scalehandler.go (ToParent) and
internal/managedfields.go (sortEncodedManagedFields); pkg/registry/apps/*/storage, v1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.model.timestamp import parse_seconds

Object = dict[str, Any]
ManagedField = dict[str, Any]

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

    Ownership makes a round trip through the Scale object, which loses times and the parent's other
    fields: every owner of the path gets an entry of its own, without a time. A changed value has
    one owner, the writer; none if it is zero, which a Scale leaves out, or if the field had no
    owner before (skipnonapplied.go: nothing is tracked where nothing was).
    """
    changed = _value(parent, path) != replicas
    metadata = dict(parent["metadata"])
    if changed and "generation" in metadata:
        metadata["generation"] += 1
    before = _decoded(metadata.get("managedFields") or ())
    owners = [e for e in before if _owns(e, path)]
    if changed and (owners or operation == "Apply"):
        owners = [{"manager": manager, "operation": operation, "subresource": "scale"}]
    if replicas == 0:
        owners = []
    entries = [e for e in before if not _owns(e, path)]
    entries.extend(
        {**entry, "fieldsV1": fields}
        for entry in before
        if _owns(entry, path) and (fields := _without(entry["fieldsV1"], path))
    )
    entries.extend(_ownership(owner, parent["apiVersion"], path) for owner in owners)
    metadata["managedFields"] = sorted_managed_fields(entries)
    return {**_with_value(parent, path, replicas), "metadata": metadata}


def _decoded(entries: Sequence[ManagedField]) -> list[ManagedField]:
    """The entries as the server takes them in: of those with one identity the last stays.

    Source: internal/managedfields.go (BuildManagerIdentifier): the time is no part of it, nor, for
    an Apply, the API version.
    """
    by_identity = {}
    for entry in entries:
        version = "" if entry.get("operation") == "Apply" else entry.get("apiVersion")
        identity = (entry.get("manager"), entry.get("operation"), version, entry.get("subresource"))
        by_identity[identity] = entry
    return list(by_identity.values())


def _ownership(owner: ManagedField, api_version: str, path: Sequence[str]) -> ManagedField:
    entry: ManagedField = {
        "manager": owner["manager"],
        "operation": owner["operation"],
        "apiVersion": api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": _nested(path),
    }
    if owner.get("subresource"):
        entry["subresource"] = owner["subresource"]
    return entry


def sorted_managed_fields(entries: Sequence[ManagedField]) -> list[ManagedField]:
    """The entries in the order in which the API server stores them."""

    def place(entry: ManagedField) -> tuple[str, int, str, str, str]:
        time = entry.get("time")
        return (
            entry.get("operation", ""),
            parse_seconds(time) if time else 0,
            entry.get("manager", ""),
            entry.get("apiVersion", ""),
            entry.get("subresource", ""),
        )

    return sorted(entries, key=place)


def _owns(entry: ManagedField, path: Sequence[str]) -> bool:
    fields = entry.get("fieldsV1") or {}
    for step in path:
        fields = fields.get(f"f:{step}")
        if fields is None:
            return False
    return True


def _without(fields: Object, path: Sequence[str]) -> Object:
    """The field set without `path`, emptied parents pruned."""
    head, *rest = path
    key = f"f:{head}"
    smaller = _without(fields[key], rest) if rest else {}
    others = {k: v for k, v in fields.items() if k != key}
    return {k: smaller if k == key else v for k, v in fields.items()} if smaller else others


def _nested(path: Sequence[str]) -> Object:
    fields: Object = {}
    for step in reversed(path):
        fields = {f"f:{step}": fields}
    return fields


def _with_value(obj: Object, path: Sequence[str], value: Any) -> Object:
    head, *rest = path
    return {**obj, head: _with_value(obj.get(head) or {}, rest, value) if rest else value}


def _value(obj: Object, path: Sequence[str]) -> Any:
    for step in path:
        obj = obj.get(step) or {}
    return obj or 0
