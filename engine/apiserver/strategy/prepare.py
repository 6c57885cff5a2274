"""The door: prepare an object for being created or updated, before it is validated.

After staging/src/k8s.io/apiserver/pkg/registry/rest/create.go and update.go (v1.36).
"""

from engine.apiserver.strategy.contract import Object, Strategy
from engine.apiserver.strategy.registry import STRATEGIES

_DEFAULT = Strategy()

# BeforeUpdate: these are kept, whatever the update says (a grace period only where it says none).
_KEPT = ("creationTimestamp", "deletionTimestamp")


def prepare_for_create(obj: Object) -> None:
    """In place, but for the spec and the status that it came with: they stay as they were."""
    _own_parts(obj)
    _strategy_of(obj).create(obj)


def prepare_for_update(new: Object, old: Object, subresource: str = "", now: str = "") -> None:
    """In place; `new` may share parts of `old` afterwards. `now` is the server's time."""
    prepare_by(_strategy_of(new), new, old, subresource, now)


def prepare_by(strategy: Strategy, new: Object, old: Object, subresource: str, now: str) -> None:
    """The same by a given strategy: that of a custom resource is its definition's."""
    # A patched object may share its parts with the old one.
    _own_parts(new)
    metadata, before = dict(new.get("metadata") or {}), old.get("metadata") or {}
    new["metadata"] = metadata
    # An update cannot set the generation: it is what the strategy makes of the old one.
    metadata.pop("generation", None)
    if before.get("generation"):
        metadata["generation"] = before["generation"]
    if subresource in strategy.at:
        strategy.at[subresource](new, old, now)
    else:
        strategy.subresources.get(subresource, strategy.update)(new, old)
    if not metadata.get("uid") and before.get("uid"):
        metadata["uid"] = before["uid"]
    for name in _KEPT:
        if before.get(name) is not None:
            metadata[name] = before[name]
    grace = before.get("deletionGracePeriodSeconds")
    if grace is not None:
        metadata.setdefault("deletionGracePeriodSeconds", grace)


def _own_parts(obj: Object) -> None:
    for name in ("spec", "status"):
        if isinstance(part := obj.get(name), dict):
            obj[name] = part.copy()


def _strategy_of(obj: Object) -> Strategy:
    return STRATEGIES.get((obj.get("apiVersion", ""), obj.get("kind", "")), _DEFAULT)
