"""NamespaceLifecycle: nothing new in a namespace that is not there, or on its way out.

Some namespaces never go.

Source: k8s.io/apiserver pkg/admission/plugin/namespace/lifecycle/admission.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import CREATE, DELETE, Attributes, Plugin
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object
from engine.schema.resources import catalog

NAMESPACES = ("", "namespaces")

ACCESS_REVIEW = ("authorization.k8s.io", "localsubjectaccessreviews")
"""Asked even about namespaces that are not there, so that nobody learns which are."""

IMMORTAL = frozenset({"default", "kube-system", "kube-public"})

TERMINATING_CAUSE = "NamespaceTerminating"
"""k8s.io/api core/v1/types.go (NamespaceTerminatingCause)."""


class NamespaceLifecycle(Plugin):
    """Refuses to create in a namespace that is missing or being terminated."""

    name = "NamespaceLifecycle"

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """Refuse a new object whose namespace takes none."""
        write = attributes.write
        about = (write.resource.group, write.resource.name)
        if attributes.operation == DELETE and about == NAMESPACES and write.name in IMMORTAL:
            why = "this namespace may not be deleted"
            raise status.forbidden(write.resource, write.name, why)
        if write.accepted or attributes.operation != CREATE or not write.namespace:
            return obj
        if about in (NAMESPACES, ACCESS_REVIEW):
            return obj
        namespace = attributes.view.get(*NAMESPACES, "", write.namespace)
        if namespace is None:
            resource = catalog().by_name(*NAMESPACES)
            if attributes.view.knows(*NAMESPACES) and resource is not None:
                raise status.not_found(resource, write.namespace)
        elif (namespace.get("status") or {}).get("phase") == "Terminating":
            raise self._terminating(attributes, obj)
        return obj

    def _terminating(self, attributes: Attributes, obj: Object) -> status.RefusedError:
        namespace = attributes.write.namespace
        cause = {
            "reason": TERMINATING_CAUSE,
            "message": f"namespace {namespace} is being terminated",
            "field": "metadata.namespace",
        }
        why = (
            f"unable to create new content in namespace {namespace} because it is being terminated"
        )
        return forbidden(attributes, obj, why, [cause])
