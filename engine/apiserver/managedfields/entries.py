"""managedFields as objects carry them, and as the field manager works on them.

Source: k8s.io/apimachinery pkg/util/managedfields/internal/managedfields.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from engine.apiserver.managedfields import fieldset
from engine.apiserver.managedfields.elements import json_text
from engine.apiserver.managedfields.fieldset import FieldsError, Node
from engine.apiserver.managedfields.reconcile import settle
from engine.apiserver.managedfields.schema import Atom
from engine.model.quoting import quote

APPLY, UPDATE = "Apply", "Update"
_UNKNOWN = "unknown"


class EntriesError(ValueError):
    """managedFields that cannot be read."""


class Identity(msgspec.Struct, frozen=True):
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


class Writer(msgspec.Struct, frozen=True):
    """Who writes, when (RFC 3339, in seconds), and through which subresource."""

    manager: str
    time: str
    subresource: str = ""

    def identity(self, operation: str, api_version: str) -> Identity:
        """The manager of the write."""
        version = "" if operation == APPLY else api_version
        return Identity(self.manager or _UNKNOWN, operation, version, self.subresource)


class Owned(msgspec.Struct, frozen=True):
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

    def adding(self, fields: Node, time: str) -> Owned:
        """The same with these fields as well, which were written at that time."""
        both = fieldset.union(self.fields, fields)
        text = self.text if both is self.fields else b""
        return Owned(both, self.api_version, self.applied, time, None, text, self.base)


Managers = dict[Identity, Owned]


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
        identity, owned = _read_entry(index, entry)
        found[identity] = owned
    return found


def _read_entry(index: int, entry: Any) -> tuple[Identity, Owned]:
    if not isinstance(entry, dict):
        raise EntriesError(f"error decoding managed fields entry {index}")
    get = entry.get
    manager, operation, version = get("manager"), get("operation"), get("apiVersion")
    time, form, subresource = get("time"), get("fieldsType"), get("subresource")
    for given in (manager, operation, version, time, form, subresource):
        if given is not None and not isinstance(given, str):
            raise EntriesError(f"error decoding managed fields entry {index}")
    if operation not in (APPLY, UPDATE):
        raise EntriesError("operation must be `Apply` or `Update`")
    if not version:
        raise EntriesError("apiVersion must not be empty")
    if not form:
        raise EntriesError(f"missing fieldsType in managed fields entry {index}")
    if form != "FieldsV1":
        raise EntriesError(f"invalid fieldsType {quote(form)} in managed fields entry {index}")
    try:
        fields, text = _fields(get("fieldsV1"))
    except FieldsError as error:
        raise EntriesError(f"error decoding set: {error}") from None
    applied = operation == APPLY
    identity = Identity(manager or "", operation, "" if applied else version, subresource or "")
    if not text:
        return identity, Owned(fields, version, applied, time)
    return identity, Owned(fields, version, applied, time, entry, text, fields)


_KNOWN_MAX = 8192
_known: dict[bytes, bool] = {}
"""Whether a set is canonical, by its text."""
_KEPT_MAX = 2048
_texts: dict[int, tuple[Node, bytes]] = {}
"""Canonical sets by the id of what was written, which is kept beside it: entries that writes leave
alone come again with every write."""
_printed: dict[bytes, tuple[Node, bytes]] = {}
"""Sets in the order in which they are printed, and their texts then, by their texts before. Most
writes make a set that another write has made: it is the same dict then, and objects share it."""
_encode = msgspec.json.Encoder().encode


def _fields(written: Any) -> tuple[Node, bytes]:
    """(the set, its text); the written one itself where its spelling is canonical, else no text."""
    if not isinstance(written, dict):
        return fieldset.read(written), b""
    seen = _texts.get(id(written))
    if seen is not None:
        return seen
    found = _read_fields(written)
    if found[0] is written:
        _keep(written, found[1])
    return found


def _keep(fields: Node, text: bytes) -> None:
    if len(_texts) >= _KEPT_MAX:
        _texts.clear()
    _texts[id(fields)] = fields, text


def _read_fields(written: Node) -> tuple[Node, bytes]:
    try:
        text = _encode(written)
    except UnicodeEncodeError:
        return fieldset.read(written), b""
    canonical = _known.get(text)
    if canonical is None:
        found = fieldset.read(written)
        canonical = _encode(fieldset.ordered(found)) == text
        _know(text, canonical=canonical)
        return (written, text) if canonical else (found, b"")
    return (written, text) if canonical else (fieldset.read(written), b"")


def _know(text: bytes, *, canonical: bool) -> None:
    if len(_known) >= _KNOWN_MAX:
        _known.clear()
    _known[text] = canonical


def _as_printed(fields: Node, base: Node | None, atom: Atom | None) -> Node:
    """The set in its order, of which `base` is already where it is shared.

    What is made of sets in terms of a type, its `atom`, is in its terms, and canonical.
    """
    if fields is base:
        return fields
    try:
        text = _encode(fields)
    except UnicodeEncodeError:
        return fieldset.ordered(fields, base)
    found = _printed.get(text)
    if found is None:
        if len(_printed) >= _KEPT_MAX:
            _printed.clear()
        printed = fieldset.ordered(fields, base)
        found = _printed[text] = printed, _encode(printed)
        _know(found[1], canonical=True)
    printed, text = found
    if id(printed) not in _texts:
        _keep(printed, text)
    if atom is not None and text not in atom.settled:
        settle(atom, text)
    return printed


def write(
    managers: Managers, atom_of: Callable[[str], Atom | None] | None = None
) -> list[dict[str, Any]]:
    """The entries in the order in which they are stored.

    `atom_of` gives the type in a version, for managers whose fields are known to be in its terms.
    """
    # Times are all of one form, in which their order is that of their texts.
    pairs = sorted(managers.items(), key=_order) if len(managers) > 1 else managers.items()
    return [_entry(identity, owned, atom_of) for identity, owned in pairs]


def _order(item: tuple[Identity, Owned]) -> tuple[str, str, str, str, str]:
    """sortEncodedManagedFields: by operation, time, manager, version and subresource."""
    identity, owned = item
    return (
        identity.operation,
        owned.time or "",
        identity.manager,
        owned.api_version,
        identity.subresource,
    )


def _entry(
    identity: Identity, owned: Owned, atom_of: Callable[[str], Atom | None] | None
) -> dict[str, Any]:
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
    atom = None if atom_of is None else atom_of(owned.api_version)
    entry["fieldsV1"] = _as_printed(owned.fields, owned.base, atom)
    if identity.subresource:
        entry["subresource"] = identity.subresource
    return entry
