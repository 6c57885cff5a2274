"""managedFields as objects carry them, and as the field manager works on them.

Source: k8s.io/apimachinery pkg/util/managedfields/internal/managedfields.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from engine.apiserver.managedfields import fieldset
from engine.apiserver.managedfields.elements import json_text
from engine.apiserver.managedfields.fieldset import FieldsError, Node
from engine.model.quoting import quote

APPLY, UPDATE = "Apply", "Update"


class EntriesError(ValueError):
    """managedFields that cannot be read."""


class Identity(NamedTuple):
    """What tells one manager from another; `api_version` is empty for those that apply."""

    manager: str
    operation: str
    api_version: str
    subresource: str

    def text(self) -> str:
        """The manager identifier of Kubernetes: the entry in JSON, by which ties are broken."""
        named = (
            ("manager", self.manager),
            ("operation", self.operation),
            ("apiVersion", self.api_version),
            ("subresource", self.subresource),
        )
        return (
            "{" + ",".join(f'"{name}":{json_text(given)}' for name, given in named if given) + "}"
        )


@dataclass(frozen=True, slots=True)
class Owned:
    """What a manager owns, in which version, and since when; None is no time at all."""

    fields: Node
    api_version: str
    applied: bool
    time: str | None = None
    entry: dict[str, Any] | None = None
    """The entry that was read, for as long as all of it still holds."""
    text: bytes = b""
    """The fields in JSON, where they are as they were read."""
    base: Node | None = None
    """The fields that were read, which are in their order, and of which these may be made."""

    def having(self, fields: Node) -> Owned:
        """The same with other fields."""
        if fields is self.fields:
            return self
        return Owned(fields, self.api_version, self.applied, self.time, base=self.base)


Managers = dict[Identity, Owned]


def identity_of(entry: Mapping[str, Any]) -> Identity:
    """Whose entry it is."""
    operation = entry.get("operation") or ""
    version = "" if operation == APPLY else entry.get("apiVersion") or ""
    return Identity(entry.get("manager") or "", operation, version, entry.get("subresource") or "")


def read(entries: Any) -> Managers:
    """The managers of an object; of two entries with one identity the later counts.

    Raises EntriesError in the words of DecodeManagedFields.
    """
    found: Managers = {}
    if not entries:
        return found
    if not isinstance(entries, list):
        raise EntriesError("managedFields must be a list")
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict) or not _is_plain(entry):
            raise EntriesError(f"error decoding managed fields entry {index}")
        _check(index, entry)
        try:
            fields, text = _fields(entry.get("fieldsV1"))
        except FieldsError as error:
            raise EntriesError(f"error decoding set: {error}") from None
        found[identity_of(entry)] = Owned(
            fields=fields,
            api_version=entry["apiVersion"],
            applied=entry["operation"] == APPLY,
            time=entry.get("time"),
            entry=entry if text else None,
            text=text,
            base=fields if text else None,
        )
    return found


_TEXTS = ("manager", "operation", "apiVersion", "time", "fieldsType", "subresource")


def _is_plain(entry: Mapping[str, Any]) -> bool:
    return all(isinstance(entry.get(name), str | None) for name in _TEXTS)


def _check(index: int, entry: Mapping[str, Any]) -> None:
    if entry.get("operation") not in (APPLY, UPDATE):
        raise EntriesError("operation must be `Apply` or `Update`")
    if not entry.get("apiVersion"):
        raise EntriesError("apiVersion must not be empty")
    form = entry.get("fieldsType")
    if not form:
        raise EntriesError(f"missing fieldsType in managed fields entry {index}")
    if form != "FieldsV1":
        raise EntriesError(f"invalid fieldsType {quote(form)} in managed fields entry {index}")


_CACHE_MAX = 8192
_known: dict[bytes, bool] = {}
_TEXTS_MAX = 2048
_texts: dict[int, tuple[Node, bytes]] = {}
"""Canonical sets by the id of what was written, which is kept beside it: entries that writes leave
alone come again with every write."""


def _fields(written: Any) -> tuple[Node, bytes]:
    """(the set, its text); the written one itself where its spelling is canonical, else no text."""
    if not isinstance(written, dict):
        return fieldset.read(written), b""
    seen = _texts.get(id(written))
    if seen is not None:
        return seen
    found = _read_fields(written)
    if found[0] is written:
        if len(_texts) >= _TEXTS_MAX:
            _texts.clear()
        _texts[id(written)] = found
    return found


def _read_fields(written: Node) -> tuple[Node, bytes]:
    try:
        text = msgspec.json.encode(written)
    except UnicodeEncodeError:
        return fieldset.read(written), b""
    canonical = _known.get(text)
    if canonical is None:
        found = fieldset.read(written)
        if len(_known) >= _CACHE_MAX:
            _known.clear()
        canonical = _known[text] = msgspec.json.encode(fieldset.ordered(found)) == text
        return (written, text) if canonical else (found, b"")
    return (written, text) if canonical else (fieldset.read(written), b"")


def write(managers: Managers) -> list[dict[str, Any]]:
    """The entries in the order in which they are stored."""
    return ordered(_entry(identity, owned) for identity, owned in managers.items())


def ordered(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """sortEncodedManagedFields: by operation, time, manager, version and subresource."""
    return sorted(
        entries,
        key=lambda entry: (
            entry.get("operation", ""),
            # Times are all of one form, in which their order is that of their texts.
            entry.get("time") or "",
            entry.get("manager", ""),
            entry.get("apiVersion", ""),
            entry.get("subresource", ""),
        ),
    )


def _entry(identity: Identity, owned: Owned) -> dict[str, Any]:
    if owned.entry is not None:
        return owned.entry
    entry: dict[str, Any] = {}
    if identity.manager:
        entry["manager"] = identity.manager
    entry["operation"] = APPLY if owned.applied else identity.operation
    entry["apiVersion"] = owned.api_version
    if owned.time is not None:
        entry["time"] = owned.time
    entry["fieldsType"] = "FieldsV1"
    entry["fieldsV1"] = fieldset.ordered(owned.fields, owned.base)
    if identity.subresource:
        entry["subresource"] = identity.subresource
    return entry
