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

from functools import lru_cache
from typing import Any, NamedTuple

from engine.apiserver.managedfields import entries, last_applied
from engine.apiserver.managedfields.caps import capped
from engine.apiserver.managedfields.compare import Comparison
from engine.apiserver.managedfields.conflicts import (
    ApplyError,
    ConflictError,
    InternalApplyError,
)
from engine.apiserver.managedfields.entries import (
    APPLY,
    UPDATE,
    EntriesError,
    Identity,
    Managers,
    Owned,
)
from engine.apiserver.managedfields.fieldset import (
    Node,
    difference,
    from_paths,
    has,
    intersection,
    union,
)
from engine.apiserver.managedfields.kinds import KindRules, VersionError, rules_of
from engine.apiserver.managedfields.schema import DEDUCED
from engine.apiserver.managedfields.updater import Updater
from engine.apiserver.managedfields.validate import TypedError, check
from engine.apiserver.typed_form import DecodeError, typed_form

Object = dict[str, Any]

BEFORE_FIRST_APPLY = "before-first-apply"
_UNKNOWN = "unknown"

_STRIPPED = from_paths(
    ("f:apiVersion",),
    ("f:kind",),
    ("f:metadata",),
    *(
        ("f:metadata", f"f:{name}")
        for name in (
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion",
        )
    ),
)
"""What nobody owns (stripmeta.go)."""


class UpdateError(ValueError):
    """An update whose fields cannot be told: Kubernetes then drops all managedFields."""


class Writer(NamedTuple):
    """Who writes, when (RFC 3339, in seconds), and through which subresource."""

    manager: str
    time: str
    subresource: str = ""

    def identity(self, operation: str, api_version: str) -> Identity:
        """The manager of the write."""
        version = "" if operation == APPLY else api_version
        return Identity(self.manager or _UNKNOWN, operation, version, self.subresource)


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
        return _with_entries(new, None)


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
    before = _empty(new) if live is None else live
    managers = _starting(before, new, writer.subresource, reset)
    managers = _tracked(before, new, managers, writer, rules, fits or live is None)
    return _with_entries(new, entries.write(managers, rules.atom) if managers else None)


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
    if live is not None and _kind(live) != _kind(applied):
        raise ApplyError(f"invalid object type: {_kind(applied)}")
    before = _empty(applied) if live is None else live
    try:
        managers = entries.read(_metadata(before).get("managedFields"))
    except EntriesError as error:
        raise InternalApplyError(f"failed to decode managed fields: {error}") from None
    if _metadata(applied).get("managedFields") is not None:
        raise ApplyError("metadata.managedFields must be nil")
    before = _stripped(before)
    if not managers:
        first = writer._replace(manager=BEFORE_FIRST_APPLY)
        managers = _first(before, applied, managers, first, rules)
    try:
        found, managers = _merged(before, applied, managers, writer, force, rules)
    except ConflictError as error:
        if writer.manager != last_applied.MANAGER:
            raise
        found, managers = _taken_over(before, applied, managers, writer, rules, error)
    if writer.manager == last_applied.MANAGER:
        found = last_applied.with_annotation(found, applied)
    return _with_entries(found, entries.write(managers) if managers else None)


def _first(
    live: Object, applied: Object, managers: Managers, writer: Writer, rules: KindRules
) -> Managers:
    """The one manager of all that an object held before it was applied to."""
    try:
        return _tracked(_empty(applied), live, managers, writer, rules, True)
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
        updater = _updater(applied, writer, rules)
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
        fields = difference(owned.fields, _STRIPPED)
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
    updater = _updater(applied, writer, rules)
    allowed = last_applied.allowed_conflicts(updater.atom, live, updater.api_version)
    if not allowed:
        raise error
    others = [conflict for conflict in error.conflicts if not has(allowed, conflict.path)]
    if others:
        raise ConflictError(others)
    return _merged(live, applied, managers, writer, True, rules)


def fits(obj: Object) -> bool:
    """Whether an object of Kubernetes' own kinds, in its typed form, is of its type."""
    atom = rules_of(obj).atom(str(obj.get("apiVersion", "")))
    try:
        check(atom or DEDUCED, _stripped(obj), allow_duplicates=True, typed=True)
    except (TypedError, RecursionError):
        return False
    return True


def _tracked(
    live: Object, new: Object, managers: Managers, writer: Writer, rules: KindRules, fits: bool
) -> Managers:
    """The managers after an update; of an object that has none, nothing is tracked."""
    if not managers and _metadata(live).get("uid"):
        return managers
    updater = _updater(new, writer, rules)
    if _metadata(live).get("managedFields") is not _metadata(new).get("managedFields"):
        live, new = _stripped(live), _stripped(new)
    try:
        found = updater.converted(live)
        fits, live = fits and found is live, found
        comparison = _compared(updater, live, new, fits=fits, typed=rules.atoms is None)
        identity = writer.identity(UPDATE, updater.api_version)
        changed = comparison.changed
        fields = difference(changed, _STRIPPED)
        unowned = {} if identity not in managers else intersection(changed, _STRIPPED)
        remaining = updater.update(live, new, managers, comparison, (identity, unowned))
        if fields:
            remaining[identity] = _joined(remaining.get(identity), fields, writer, updater)
        return capped(remaining)
    except (DecodeError, VersionError) as error:
        raise UpdateError(f"failed to update ManagedFields ({_name(new)}): {error}") from None


def _compared(
    updater: Updater, live: Object, new: Object, *, fits: bool, typed: bool
) -> Comparison:
    """What the write changes; raises UpdateError unless both objects are of the type.

    `fits` says that `live` is, `typed` that both are in their typed form: then comparing them tells
    if what changed fits as well.
    """
    if not (fits and typed):
        _fitting(updater, live, new, fits=fits, typed=typed)
        return updater.compared(live, new)
    found = updater.compared(live, new)
    if found.doubtful:
        _fitting(updater, live, new, fits=fits, typed=typed)
    return found


def _fitting(updater: Updater, live: Object, new: Object, *, fits: bool, typed: bool) -> None:
    """Raise UpdateError unless both are of the type; what they share is looked at once.

    Two items may be one in both (structuredmerge.go of apimachinery, v1.36: AllowDuplicates).
    """
    live, new = _stripped(live), _stripped(new)
    broken = None
    try:
        try:
            if not fits:
                check(updater.atom, live, allow_duplicates=True, typed=typed)
        except TypedError as error:
            broken = error
        known = None if broken else live
        check(updater.atom, new, allow_duplicates=True, known=known, typed=typed)
    except TypedError as error:
        raise UpdateError(
            f"failed to convert new object ({_name(new)}) to smd typed: {error}"
        ) from None
    if broken is not None:
        raise UpdateError(f"failed to convert live object ({_name(live)}) to smd typed: {broken}")


def _joined(previous: Owned | None, fields: Node, writer: Writer, updater: Updater) -> Owned:
    """What was written, added to what the same manager owned before."""
    if previous is None:
        return Owned(fields, updater.api_version, False, writer.time)
    return previous.having(union(previous.fields, fields)).at(writer.time)


def _starting(live: Object, new: Object, subresource: str, reset: bool) -> Managers:
    """The managers to go on from: those that an update brings, else those of the live object.

    Through a subresource they cannot be changed. Source: decodeLiveOrNew.
    """
    given = None if subresource else _metadata(new).get("managedFields")
    if not subresource and (reset or given in ([], [{}])):
        return {}
    for held in (given, _metadata(live).get("managedFields")):
        try:
            found = entries.read(held)
        except EntriesError:
            continue
        if found:
            return found
    return {}


def _updater(obj: Object, writer: Writer, rules: KindRules) -> Updater:
    api_version = str(obj.get("apiVersion", ""))
    try:
        known = rules.atom(api_version)
    except VersionError:
        known = None
    if known is None:
        raise UpdateError(f"no corresponding type for {_kind(obj)}")
    return Updater(api_version, known, rules.atom, rules.filters(writer.subresource))


def _checked(updater: Updater, obj: Object, what: str, allow_duplicates: bool) -> None:
    try:
        check(updater.atom, obj, allow_duplicates)
    except TypedError as error:
        raise InternalApplyError(f"failed to {what} ({_name(obj)}): {error}") from None


def _empty(obj: Object) -> Object:
    api_version, kind = obj.get("apiVersion"), obj.get("kind")
    if isinstance(api_version, str) and isinstance(kind, str):
        return empty_of(api_version, kind)
    return typed_form({"apiVersion": api_version, "kind": kind})


@lru_cache(maxsize=1024)
def empty_of(api_version: str, kind: str) -> Object:
    """An object of a kind of which nothing is set; not to be changed."""
    return typed_form({"apiVersion": api_version, "kind": kind})


def _metadata(obj: Object) -> Object:
    found = obj.get("metadata")
    return found if isinstance(found, dict) else {}


def _stripped(obj: Object) -> Object:
    """The object without managedFields, which take no part in what they describe."""
    metadata = _metadata(obj)
    if "managedFields" not in metadata:
        return obj
    kept = {name: value for name, value in metadata.items() if name != "managedFields"}
    return {**obj, "metadata": kept}


def _with_entries(obj: Object, managed: Any) -> Object:
    if not managed:
        return _stripped(obj)
    metadata = dict(_metadata(obj))
    metadata.pop("managedFields", None)
    metadata["managedFields"] = managed
    return {**obj, "metadata": metadata}


def _kind(obj: Object) -> str:
    group, _, version = str(obj.get("apiVersion", "")).rpartition("/")
    return f"{group}/{version}, Kind={obj.get('kind', '')}"


def _name(obj: Object) -> str:
    metadata = _metadata(obj)
    return f"{metadata.get('namespace', '')}/{metadata.get('name', '')}; {_kind(obj)}"
