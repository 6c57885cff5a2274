"""No object keeps more than ten entries of updates: the oldest are thrown together.

Source: k8s.io/apimachinery pkg/util/managedfields/internal/capmanagers.go (v1.36).
"""

from __future__ import annotations

from engine.apiserver.managedfields.entries import UPDATE, Identity, Managers, Owned
from engine.apiserver.managedfields.fieldset import union

UPDATE_MANAGERS_MAX = 10
ANCIENT = "ancient-changes"


def capped(managers: Managers) -> Managers:
    """The managers, those who updated longest ago merged into one for each version."""
    if len(managers) <= UPDATE_MANAGERS_MAX:
        return managers
    updaters = [identity for identity, owned in managers.items() if not owned.applied]
    if len(updaters) <= UPDATE_MANAGERS_MAX:
        return managers
    updaters.sort(key=lambda identity: (managers[identity].time or "", identity.text()))
    found = dict(managers)
    first_of: dict[str, Identity] = {}
    left = len(updaters)
    for identity in updaters:
        if left <= UPDATE_MANAGERS_MAX:
            break
        owned = found[identity]
        first = first_of.setdefault(owned.api_version, identity)
        if first is identity:
            continue
        bucket = Identity(ANCIENT, UPDATE, owned.api_version, "")
        if bucket not in found:
            found[bucket] = found.pop(first, owned)
        fields = union(owned.fields, found[bucket].fields)
        found[bucket] = Owned(fields, owned.api_version, owned.applied, owned.time, base=owned.base)
        # A bucket that is not the oldest itself is deleted here, as it is there.
        del found[identity]
        left -= 1
    return found
