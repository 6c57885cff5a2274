"""DefaultStorageClass: claims that name no class get the default one.

Source: plugin/pkg/admission/storage/storageclass/setdefault/admission.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import Attributes, Plugin
from engine.apiserver.admission.objects import (
    annotated_default,
    annotations_of,
    spec_of,
    with_spec,
)
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of

CLASSES = ("storage.k8s.io", "storageclasses")
OLD_FIELD = "volume.beta.kubernetes.io/storage-class"
DEFAULT = "storageclass.kubernetes.io/is-default-class"
OLD_DEFAULT = "storageclass.beta.kubernetes.io/is-default-class"


class DefaultStorageClass(Plugin):
    """Sets the class of new claims; to name none on purpose, they say "" for it."""

    name = "DefaultStorageClass"
    resources = (("", "persistentvolumeclaims"),)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The claim with its class."""
        view = attributes.view
        if not attributes.creates or not view.knows(*CLASSES):
            return obj
        if OLD_FIELD in annotations_of(obj) or spec_of(obj).get("storageClassName") is not None:
            return obj
        default = annotated_default(view.objects(*CLASSES), DEFAULT, OLD_DEFAULT)
        if default is None:
            return obj
        return with_spec(obj, storageClassName=metadata_of(default)["name"])
