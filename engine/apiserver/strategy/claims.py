"""The strategy of PersistentVolumeClaims.

After pkg/registry/core/persistentvolumeclaim/strategy.go and
pkg/api/persistentvolumeclaim/util.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.strategy.contract import Object, Strategy
from engine.apiserver.strategy.generic import declared, take

_SOURCE, _REFERENCE = "dataSource", "dataSourceRef"
_SOURCES = (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))


def _create(claim: Object) -> None:
    claim["status"] = {}  # Pending is what reading it adds (SetDefaults_PersistentVolumeClaim)
    _normalize(claim.setdefault("spec", {}), {})


def _update(new: Object, old: Object) -> None:
    take(new, old, "status")
    _normalize(new.setdefault("spec", {}), old.get("spec") or {})


def _normalize(spec: Object, before: Mapping[str, Any]) -> None:
    """What a volume is filled from is said in two fields, of which the older knows fewer kinds."""
    reference, old_reference = spec.get(_REFERENCE), before.get(_REFERENCE) or {}
    if reference is not None and not old_reference.get("namespace"):
        # CrossNamespaceVolumeDataSource is off by default.
        spec[_REFERENCE] = {k: v for k, v in reference.items() if k != "namespace"}
    source = spec.get(_SOURCE)
    if source is not None and before.get(_SOURCE) is None:
        kind = (source.get("apiGroup") or "", source.get("kind", ""))
        if kind not in _SOURCES:
            spec.pop(_SOURCE)
    if _SOURCE in spec and _REFERENCE not in spec:
        spec[_REFERENCE] = dict(spec[_SOURCE])
    elif _REFERENCE in spec and _SOURCE not in spec and not spec[_REFERENCE].get("namespace"):
        spec[_SOURCE] = {k: v for k, v in spec[_REFERENCE].items() if k != "namespace"}


CLAIM = Strategy(_create, _update, declared(generation=False).subresources)
