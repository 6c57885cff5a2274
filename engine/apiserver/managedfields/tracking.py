"""Who owns what after an update: the managers of an object and what the write changed.

Source: k8s.io/apimachinery pkg/util/managedfields/internal/{managedfieldsupdater,stripmeta,
structuredmerge}.go (v1.36).
"""

from __future__ import annotations

from functools import lru_cache

from engine.apiserver.managedfields.caps import capped
from engine.apiserver.managedfields.compare import Comparison
from engine.apiserver.managedfields.entries import UPDATE, Managers, Owned, Writer
from engine.apiserver.managedfields.fieldset import (
    LEAF,
    Node,
    difference,
    from_paths,
    intersection,
)
from engine.apiserver.managedfields.kinds import KindRules, VersionError, rules_of
from engine.apiserver.managedfields.objects import (
    Object,
    kind_of,
    metadata_of,
    name_of,
    without_entries,
)
from engine.apiserver.managedfields.schema import DEDUCED
from engine.apiserver.managedfields.updater import Updater
from engine.apiserver.managedfields.validate import TypedError, check
from engine.apiserver.typed_form import DecodeError

UNOWNED = from_paths(
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


def tracked(
    live: Object, new: Object, managers: Managers, writer: Writer, rules: KindRules, fits: bool
) -> Managers:
    """The managers after an update; of an object that has none, nothing is tracked.

    The objects come without their entries, or with the same.
    """
    if not managers and metadata_of(live).get("uid"):
        return managers
    updater = updater_of(new, writer, rules)
    try:
        found = updater.converted(live)
        fits, live = fits and found is live, found
        comparison = _compared(updater, live, new, fits=fits, typed=rules.atoms is None)
        identity = writer.identity(UPDATE, updater.api_version)
        changed = comparison.changed
        fields = difference(changed, UNOWNED)
        unowned = LEAF
        if fields is not changed and identity in managers:
            unowned = intersection(changed, UNOWNED)
        remaining = updater.update(live, new, managers, comparison, (identity, unowned))
        if fields:
            remaining[identity] = _joined(remaining.get(identity), fields, writer, updater)
        return capped(remaining)
    except (DecodeError, VersionError) as error:
        raise UpdateError(f"failed to update ManagedFields ({name_of(new)}): {error}") from None


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
    live, new = without_entries(live), without_entries(new)
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
            f"failed to convert new object ({name_of(new)}) to smd typed: {error}"
        ) from None
    if broken is not None:
        raise UpdateError(f"failed to convert live object ({name_of(live)}) to smd typed: {broken}")


def _joined(previous: Owned | None, fields: Node, writer: Writer, updater: Updater) -> Owned:
    """What was written, added to what the same manager owned before."""
    if previous is None:
        return Owned(fields, updater.api_version, False, writer.time)
    return previous.adding(fields, writer.time)


def updater_of(obj: Object, writer: Writer, rules: KindRules) -> Updater:
    """The updater of an object's kind and version; raises UpdateError where that has no type."""
    found = _updater(rules, str(obj.get("apiVersion", "")), writer.subresource)
    if found is None:
        raise UpdateError(f"no corresponding type for {kind_of(obj)}")
    return found


@lru_cache(maxsize=1024)
def _updater(rules: KindRules, api_version: str, subresource: str) -> Updater | None:
    try:
        known = rules.atom(api_version)
    except VersionError:
        return None
    if known is None:
        return None
    return Updater(api_version, known, rules.atom, rules.filters(subresource))


def fits(obj: Object) -> bool:
    """Whether an object of Kubernetes' own kinds, in its typed form, is of its type."""
    atom = rules_of(obj).atom(str(obj.get("apiVersion", "")))
    try:
        check(atom or DEDUCED, without_entries(obj), allow_duplicates=True, typed=True)
    except (TypedError, RecursionError):
        return False
    return True
