"""DefaultIngressClass: Ingresses that name no class get the default one.

Source: plugin/pkg/admission/network/defaultingressclass/admission.go, v1.36.
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

CLASSES = ("networking.k8s.io", "ingressclasses")
OLD_FIELD = "kubernetes.io/ingress.class"
DEFAULT = "ingressclass.kubernetes.io/is-default-class"


class DefaultIngressClass(Plugin):
    """Sets the class of new Ingresses."""

    name = "DefaultIngressClass"
    resources = (("networking.k8s.io", "ingresses"), ("extensions", "ingresses"))

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The Ingress with its class."""
        view = attributes.view
        if not attributes.creates or not view.knows(*CLASSES):
            return obj
        if OLD_FIELD in annotations_of(obj) or spec_of(obj).get("ingressClassName") is not None:
            return obj
        default = annotated_default(view.objects(*CLASSES), DEFAULT)
        if default is None:
            return obj
        return with_spec(obj, ingressClassName=metadata_of(default)["name"])
