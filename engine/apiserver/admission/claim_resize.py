"""PersistentVolumeClaimResize: claims grow only where their class lets them.

Source: plugin/pkg/admission/storage/persistentvolume/resize/admission.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.amounts import REQUESTS, container_amounts
from engine.apiserver.admission.contract import Attributes, Plugin
from engine.apiserver.admission.default_storage_class import CLASSES, OLD_FIELD
from engine.apiserver.admission.objects import annotations_of, spec_of
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs.contract import Object
from engine.model.quantity import Quantity


class PersistentVolumeClaimResize(Plugin):
    """Refuses to let a claim grow that is not bound, or whose volume cannot."""

    name = "PersistentVolumeClaimResize"
    resources = (("", "persistentvolumeclaims"),)

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """Look at a claim that asks for more than before."""
        if not attributes.updates or before is None:
            return
        new, old = (
            container_amounts(spec_of(claim), REQUESTS).get("storage", Quantity())
            for claim in (obj, before)
        )
        if new <= old:
            return
        if (before.get("status") or {}).get("phase") != "Bound":
            why = "Only bound persistent volume claims can be expanded"
            raise forbidden(attributes, obj, why)
        if not self._may_grow(attributes, obj, before):
            why = (
                "only dynamically provisioned pvc can be resized and the storageclass that "
                "provisions the pvc must support resize"
            )
            raise forbidden(attributes, obj, why)

    def _may_grow(self, attributes: Attributes, obj: Object, before: Object) -> bool:
        name = class_of(obj)
        if not name or name != class_of(before):
            return False
        storage_class = attributes.view.get(*CLASSES, "", name)
        if storage_class is None:
            return not attributes.view.knows(*CLASSES)
        return bool(storage_class.get("allowVolumeExpansion"))


def class_of(claim: Object) -> str:
    """The claim's class (k8s.io/component-helpers storage/volume/pv_helpers.go)."""
    old_field = annotations_of(claim).get(OLD_FIELD)
    return str(old_field or spec_of(claim).get("storageClassName") or "")
