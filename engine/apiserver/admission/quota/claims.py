"""What PersistentVolumeClaims take of a quota.

Source: pkg/quota/v1/evaluator/core/persistent_volume_claims.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.apiserver.admission.amounts import REQUESTS, Amounts, amounts, container_amounts
from engine.apiserver.admission.claim_resize import class_of
from engine.apiserver.admission.contract import CREATE, UPDATE, Attributes
from engine.apiserver.admission.objects import spec_of
from engine.apiserver.admission.quota.contract import ONE, Evaluator, selects
from engine.apiserver.verbs.contract import Object

COUNT = "count/persistentvolumeclaims"
CLAIMS = "persistentvolumeclaims"
STORAGE = "requests.storage"
CLASS_SUFFIX = ".storageclass.storage.k8s.io/"
OF_A_CLASS = (CLASS_SUFFIX + CLAIMS, CLASS_SUFFIX + STORAGE)


class ClaimUsage(Evaluator):
    """Claims and the storage that they ask for, as a whole and by class."""

    def handles(self, attributes: Attributes) -> bool:
        """Updates too: a claim may grow, and its status tells how far it has come."""
        if attributes.write.subresource == "status":
            return attributes.operation == UPDATE
        return not attributes.write.subresource and attributes.operation in (CREATE, UPDATE)

    def names(self, hard: Collection[str]) -> list[str]:
        """The names of all classes, besides."""
        return [name for name in hard if name in (COUNT, CLAIMS, STORAGE)
                or name.endswith(OF_A_CLASS)]  # fmt: skip

    def in_scope(self, scope: Object, obj: Object) -> bool:
        """VolumeAttributesClass: the classes that a claim has, had or shall have."""
        if scope.get("scopeName") != "VolumeAttributesClass":
            return False
        names = _attributes_classes(obj)
        return any(selects(scope, name) for name in names or [None])

    def usage(self, obj: Object, now_seconds: int) -> Amounts:
        """Whole bytes, and the larger of what is asked for and what is being allocated."""
        found = {CLAIMS: ONE, COUNT: ONE}
        storage = container_amounts(spec_of(obj), REQUESTS).get("storage")
        status = obj.get("status") or {}
        allocated = amounts(status.get("allocatedResources")).get("storage")
        if storage is not None and allocated is not None:
            storage = max(storage, allocated)
        if storage is not None:
            found[STORAGE] = storage.round_up(0)[0]
        name = class_of(obj)
        if name:
            found.update({f"{name}{CLASS_SUFFIX}{k}": found[k] for k in (CLAIMS, STORAGE)
                          if k in found})  # fmt: skip
        return found


def _attributes_classes(claim: Object) -> list[str | None]:
    status = claim.get("status") or {}
    names = (
        spec_of(claim).get("volumeAttributesClassName"),
        status.get("currentVolumeAttributesClassName"),
        (status.get("modifyVolumeStatus") or {}).get("targetVolumeAttributesClassName"),
    )
    return [name for name in names if name]
