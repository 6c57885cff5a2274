"""The field manager: who owns what after a write, and server-side apply.

    update(live, new, Writer("kubelet", "2026-11-21T03:00:47Z", "status"))
    apply(live, configuration, Writer("ci", "2026-11-21T03:00:47Z"), force=False)

Objects are in their typed form (engine.apiserver.typed_form) and of the version of the request.
Both return a new object with its managedFields; the input stays as it is. It is what the API server
does before admission and before the strategy prepares the object. Source: k8s.io/apimachinery
pkg/util/managedfields/internal/{fieldmanager,skipnonapplied,buildmanagerinfo,managedfieldsupdater,
stripmeta,lastappliedmanager}.go (v1.36).
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.managedfields import entries, last_applied
from engine.apiserver.managedfields.conflicts import (
    ApplyError,
    ConflictError,
    InternalApplyError,
)
from engine.apiserver.managedfields.entries import APPLY, EntriesError, Managers, Owned, Writer
from engine.apiserver.managedfields.fieldset import difference, has
from engine.apiserver.managedfields.kinds import KindRules, VersionError, rules_of
from engine.apiserver.managedfields.objects import (
    Object,
    empty_like,
    kind_of,
    metadata_of,
    name_of,
    with_entries,
    without_entries,
)
from engine.apiserver.managedfields.tracking import UNOWNED, UpdateError, tracked, updater_of
from engine.apiserver.managedfields.updater import Updater
from engine.apiserver.managedfields.validate import TypedError, check
from engine.apiserver.typed_form import DecodeError

BEFORE_FIRST_APPLY = "before-first-apply"


def update(
    live: Object | None,
    new: Object,
    writer: Writer,
    rules: KindRules | None = None,
    *,
    reset: bool = False,
    fits: bool = False,
) -> Object:
    """`new` with the managedFields it has after a create, an update or a patch.

    `live` is None for a create. `reset` says that the body had an empty list of managedFields,
    which the typed form leaves out; `fits`, that `live` is known to be of its type. Where fields
    cannot be told, the object has no managedFields (UpdateNoErrors; from v1.37 on it has those of
    before).
    """
    try:
        return updated(live, new, writer, rules, reset=reset, fits=fits)
    except (UpdateError, RecursionError):
        return with_entries(new, None)


def updated(
    live: Object | None,
    new: Object,
    writer: Writer,
    rules: KindRules | None = None,
    *,
    reset: bool = False,
    fits: bool = False,
) -> Object:
    """`update` that raises UpdateError where fields cannot be told."""
    rules = rules or rules_of(new)
    before = empty_like(new) if live is None else live
    held = metadata_of(before).get("managedFields")
    given = metadata_of(new).get("managedFields")
    managers = _starting(held, given, writer.subresource, reset)
    if held is not given:
        before, new = without_entries(before), without_entries(new)
    managers = tracked(before, new, managers, writer, rules, fits or live is None)
    return with_entries(new, entries.write(managers, rules.atom) if managers else None)


def apply(
    live: Object | None,
    applied: Object,
    writer: Writer,
    force: bool = False,
    rules: KindRules | None = None,
) -> Object:
    """`live` with the configuration merged in, and its managedFields; without defaults.

    `live` is None where there is no object yet. Raises ConflictError, or ApplyError for a
    configuration that cannot be applied.
    """
    try:
        return _applied(live, applied, writer, force, rules or rules_of(applied))
    except RecursionError:
        raise InternalApplyError("exceeded max depth") from None


def _applied(
    live: Object | None, applied: Object, writer: Writer, force: bool, rules: KindRules
) -> Object:
    if not isinstance(applied.get("metadata", {}), dict):
        raise ApplyError("couldn't get accessor: metadata is not an object")
    if live is not None and kind_of(live) != kind_of(applied):
        raise ApplyError(f"invalid object type: {kind_of(applied)}")
    before = empty_like(applied) if live is None else live
    try:
        managers = entries.read(metadata_of(before).get("managedFields"))
    except EntriesError as error:
        raise InternalApplyError(f"failed to decode managed fields: {error}") from None
    if metadata_of(applied).get("managedFields") is not None:
        raise ApplyError("metadata.managedFields must be nil")
    before = without_entries(before)
    if not managers:
        first = Writer(BEFORE_FIRST_APPLY, writer.time, writer.subresource)
        managers = _first(before, applied, managers, first, rules)
    try:
        found, managers = _merged(before, applied, managers, writer, force, rules)
    except ConflictError as error:
        if writer.manager != last_applied.MANAGER:
            raise
        found, managers = _taken_over(before, applied, managers, writer, rules, error)
    if writer.manager == last_applied.MANAGER:
        found = last_applied.with_annotation(found, applied)
    return with_entries(found, entries.write(managers) if managers else None)


def _first(
    live: Object, applied: Object, managers: Managers, writer: Writer, rules: KindRules
) -> Managers:
    """The one manager of all that an object held before it was applied to."""
    try:
        return tracked(empty_like(applied), live, managers, writer, rules, True)
    except UpdateError as error:
        raise InternalApplyError(f"failed to create manager for existing fields: {error}") from None


def _merged(
    live: Object,
    applied: Object,
    managers: Managers,
    writer: Writer,
    force: bool,
    rules: KindRules,
) -> tuple[Object, Managers]:
    try:
        updater = updater_of(applied, writer, rules)
    except UpdateError as error:
        raise InternalApplyError(str(error)) from None
    _checked(updater, applied, "create typed patch object", allow_duplicates=False)
    _checked(updater, live, "create typed live object", allow_duplicates=True)
    identity = writer.identity(APPLY, updater.api_version)
    last = managers.get(identity)
    try:
        found, managers = updater.apply(live, applied, managers, identity, force)
    except (DecodeError, TypedError, VersionError) as error:
        raise InternalApplyError(f"failed to merge config: {error}") from None
    owned = managers.get(identity)
    if owned is not None:
        fields = difference(owned.fields, UNOWNED)
        # What changes nothing leaves the time as it is, or without one.
        time = writer.time if found is not None else (last.time if last else None)
        managers = {**managers, identity: Owned(fields, owned.api_version, True, time)}
        if not fields:
            del managers[identity]
    return found if found is not None else live, managers


def _taken_over(
    live: Object,
    applied: Object,
    managers: Managers,
    writer: Writer,
    rules: KindRules,
    error: ConflictError,
) -> tuple[Object, Managers]:
    """Conflicts with what client-side apply had set are none for kubectl."""
    updater = updater_of(applied, writer, rules)
    allowed = last_applied.allowed_conflicts(updater.atom, live, updater.api_version)
    if not allowed:
        raise error
    others = [conflict for conflict in error.conflicts if not has(allowed, conflict.path)]
    if others:
        raise ConflictError(others)
    return _merged(live, applied, managers, writer, True, rules)


def _starting(held: Any, given: Any, subresource: str, reset: bool) -> Managers:
    """The managers to go on from: those that an update brings, else those of the live object.

    Through a subresource they cannot be changed. Source: decodeLiveOrNew.
    """
    if not subresource and (reset or given in ([], [{}])):
        return {}
    for written in (held,) if subresource or given is held else (given, held):
        try:
            found = entries.read(written)
        except EntriesError:
            continue
        if found:
            return found
    return {}


def _checked(updater: Updater, obj: Object, what: str, allow_duplicates: bool) -> None:
    try:
        check(updater.atom, obj, allow_duplicates)
    except TypedError as error:
        raise InternalApplyError(f"failed to {what} ({name_of(obj)}): {error}") from None
