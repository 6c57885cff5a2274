"""Who owns what after a write, and what applying a configuration makes of an object.

Source: structured-merge-diff merge/update.go (v6), called as k8s.io/apimachinery
pkg/util/managedfields/internal/structuredmerge.go does (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.apiserver.managedfields.compare import Comparison, compare, same
from engine.apiserver.managedfields.conflicts import Conflict, ConflictError
from engine.apiserver.managedfields.contents import fields_of, with_named_fields
from engine.apiserver.managedfields.entries import Identity, Managers, Owned
from engine.apiserver.managedfields.fieldset import (
    Node,
    difference,
    intersection,
    paths,
    union,
)
from engine.apiserver.managedfields.merge import merge
from engine.apiserver.managedfields.reconcile import reconciled
from engine.apiserver.managedfields.remove import remove
from engine.apiserver.managedfields.reset_fields import Filters
from engine.apiserver.managedfields.schema import Atom
from engine.apiserver.managedfields.versions import converted

Object = dict[str, Any]
AtomOf = Callable[[str], Atom | None]
"""The type of the object in an API version; None for a version that is served no more."""


@dataclass(frozen=True, slots=True)
class Updater:
    """The rules for objects of one kind, written in one version."""

    api_version: str
    atom: Atom
    """The type in the version of the write."""
    atom_of: AtomOf
    filters: Filters

    def compared(self, live: Object, new: Object) -> Comparison:
        """What the write changes, of what it may change."""
        return self._filtered(compare(self.atom, live, new), self.api_version)

    def update(
        self,
        live: Object,
        new: Object,
        managers: Managers,
        comparison: Comparison,
        writer: tuple[Identity, Node],
    ) -> Managers:
        """The managers that remain, without what is gone and what they lose; nothing is mutated.

        `writer` is who writes, and what of the changed fields nobody owns from now on: the writer
        loses these, and keeps the others.
        """
        identity, unowned = writer
        comparisons: dict[str, Comparison | None] = {self.api_version: comparison}
        remaining = {}
        for manager, owned in managers.items():
            found = self._comparison(owned.api_version, live, new, comparisons)
            if found is not None:
                lost = unowned if manager == identity else found.changed
                fields = difference(difference(self._reconciled(owned), found.removed), lost)
                if fields:
                    remaining[manager] = owned.having(fields)
        return remaining

    def apply(
        self, live: Object, applied: Object, managers: Managers, manager: Identity, force: bool
    ) -> tuple[Object | None, Managers]:
        """The object with the configuration merged in, None if it is as before; its managers.

        Raises ConflictError where others hold a changed field, unless it is forced.
        """
        managers = {
            one: owned.having(self._reconciled(owned))
            for one, owned in managers.items()
            if self.atom_of(owned.api_version) is not None
        }
        merged = merge(self.atom, live, applied)
        last = managers.get(manager)
        fields = fields_of(self.atom, applied)
        own_filter = self.filters.get(self.api_version)
        if own_filter is not None:
            fields = own_filter(fields)
        managers = {**managers, manager: Owned(fields, self.api_version, True)}
        if last is not None and last.fields:
            merged = self._pruned(merged, managers, manager, last)
        comparison = self._filtered(compare(self.atom, live, merged), self.api_version)
        managers, conflicts = self._taken(live, merged, managers, comparison, manager)
        if conflicts and not force:
            raise ConflictError(
                Conflict(other, path) for other, held in conflicts.items() for path in paths(held)
            )
        managers = without(managers, conflicts)
        return (None if same(live, merged) else merged), managers

    def _reconciled(self, owned: Owned) -> Node:
        """The fields of a manager in terms of the type, which is served in their version."""
        same_version = owned.api_version == self.api_version
        atom = self.atom if same_version else self.atom_of(owned.api_version)
        return owned.fields if atom is None else reconciled(owned.fields, atom, owned.text)

    def _filtered(self, comparison: Comparison, api_version: str) -> Comparison:
        kept = self.filters.get(api_version)
        if kept is None:
            return comparison
        return Comparison(kept(comparison.removed), kept(comparison.changed), comparison.doubtful)

    def _taken(
        self,
        live: Object,
        new: Object,
        managers: Managers,
        comparison: Comparison,
        workflow: Identity,
    ) -> tuple[Managers, dict[Identity, Node]]:
        """The managers without what is gone from the object, and what others lose to `workflow`."""
        comparisons: dict[str, Comparison | None] = {self.api_version: comparison}
        conflicts: dict[Identity, Node] = {}
        remaining = {}
        for manager, owned in managers.items():
            if manager == workflow:
                remaining[manager] = owned
                continue
            found = self._comparison(owned.api_version, live, new, comparisons)
            if found is None:
                continue
            conflict = intersection(owned.fields, found.changed)
            if conflict:
                conflicts[manager] = conflict
            remaining[manager] = owned.having(difference(owned.fields, found.removed))
        return remaining, conflicts

    def _comparison(
        self, version: str, live: Object, new: Object, known: dict[str, Comparison | None]
    ) -> Comparison | None:
        """What the write changes, in terms of that version; None if it is served no more."""
        if version not in known:
            atom = self.atom_of(version)
            found = None
            if atom is not None:
                found = compare(atom, converted(live, version), converted(new, version))
                found = self._filtered(found, version)
            known[version] = found
        return known[version]

    def converted(self, obj: Object) -> Object:
        """The object in the version of the write."""
        return converted(obj, self.api_version)

    def _pruned(self, merged: Object, managers: Managers, manager: Identity, last: Owned) -> Object:
        """Without what the manager applied last time, not now, and nobody else holds."""
        atom = self.atom_of(last.api_version)
        if atom is None:
            return merged
        before = converted(merged, last.api_version)
        pruned = remove(atom, before, with_named_fields(last.fields, atom)) or {}
        pruned = self._with_owned(before, pruned, last.api_version, managers)
        if pruned.get("apiVersion") != last.api_version:
            pruned = converted(pruned, last.api_version)
        pruned = _with_dangling(atom, before, pruned, last.fields)
        return converted(pruned, managers[manager].api_version)

    def _with_owned(
        self, merged: Object, pruned: Object, api_version: str, managers: Managers
    ) -> Object:
        """With what was removed and somebody holds put back, version by version."""
        held: dict[str, Node] = {api_version: {}}
        for owned in managers.values():
            held[owned.api_version] = union(held.get(owned.api_version, {}), owned.fields)
        for version, fields in held.items():
            atom = self.atom_of(version)
            if atom is None:
                continue
            merged = converted(merged, version)
            all_fields = with_named_fields(fields_of(atom, merged), atom)
            left = with_named_fields(fields_of(atom, converted(pruned, version)), atom)
            kept = union(left, with_named_fields(fields, atom))
            pruned = remove(atom, merged, difference(all_fields, kept)) or {}
        return pruned


def _with_dangling(atom: Atom, merged: Object, pruned: Object, last: Node) -> Object:
    """With what was removed and the manager never held put back."""
    left = with_named_fields(fields_of(atom, pruned), atom)
    all_fields = with_named_fields(fields_of(atom, merged), atom)
    gone = intersection(difference(all_fields, left), with_named_fields(last, atom))
    return remove(atom, merged, gone) or {}


def without(managers: Managers, conflicts: dict[Identity, Node]) -> Managers:
    """The managers without what they lost; those that hold nothing more are gone."""
    found = {}
    for manager, owned in managers.items():
        lost = conflicts.get(manager)
        kept = owned if lost is None else owned.having(difference(owned.fields, lost))
        if kept.fields:
            found[manager] = kept
    return found
