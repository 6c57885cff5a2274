"""StorageObjectInUseProtection: claims, volumes and their classes outlive what uses them.

Source: plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import Attributes, Plugin
from engine.apiserver.admission.objects import with_finalizer
from engine.apiserver.verbs.contract import Object

FINALIZERS = {
    ("", "persistentvolumeclaims"): "kubernetes.io/pvc-protection",
    ("", "persistentvolumes"): "kubernetes.io/pv-protection",
    ("storage.k8s.io", "volumeattributesclasses"): "kubernetes.io/vac-protection",
}
"""pkg/volume/util/finalizer.go."""


class StorageObjectInUseProtection(Plugin):
    """Gives new storage objects a finalizer."""

    name = "StorageObjectInUseProtection"
    resources = tuple(FINALIZERS)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The object with the finalizer of its kind."""
        if not attributes.creates:
            return obj
        resource = attributes.write.resource
        return with_finalizer(obj, FINALIZERS[resource.group, resource.name])
