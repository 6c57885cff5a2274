"""What the server answers with: objects, lists of them, and the Status of what succeeded.

Source: k8s.io/apiserver pkg/registry/generic/registry/store.go (finalizeDelete), v1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of
from engine.schema.resource import Resource

ANSWERS_WITH_THE_DELETED = frozenset({
    ("", "limitranges"),
    ("", "namespaces"),
    ("", "persistentvolumeclaims"),
    ("", "persistentvolumes"),
    ("", "pods"),
    ("", "podtemplates"),
    ("", "resourcequotas"),
    ("", "serviceaccounts"),
    ("", "services"),
    ("resource.k8s.io", "deviceclasses"),
    ("resource.k8s.io", "devicetaintrules"),
    ("resource.k8s.io", "resourceclaims"),
    ("resource.k8s.io", "resourceclaimtemplates"),
    ("resource.k8s.io", "resourceslices"),
    ("storage.k8s.io", "csidrivers"),
    ("storage.k8s.io", "csinodes"),
    ("storage.k8s.io", "csistoragecapacities"),
    ("storage.k8s.io", "storageclasses"),
    ("storage.k8s.io", "volumeattachments"),
    ("storage.k8s.io", "volumeattributesclasses"),
})  # fmt: skip
"""Resources with ReturnDeletedObject (pkg/registry/*/*/storage/storage.go, v1.36): a delete of them
shows the object even when it is gone; of others, a Status."""


class Answer(NamedTuple):
    """An answer of success. The object is the server's: it must not be changed."""

    code: int
    object: Object


def success(code: int) -> Answer:
    """It was done, and there is nothing to show (a binding, an eviction)."""
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return Answer(code, {**body, "code": code})


def deleted(resource: Resource, obj: Object) -> Answer:
    """An object is gone."""
    if (resource.group, resource.name) in ANSWERS_WITH_THE_DELETED:
        return Answer(HTTPStatus.OK, obj)
    metadata = metadata_of(obj)
    details = {"name": metadata.get("name", "")}
    if resource.group:
        details["group"] = resource.group
    details["kind"] = resource.name
    if metadata.get("uid"):
        details["uid"] = metadata["uid"]
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return Answer(HTTPStatus.OK, {**body, "details": details})


def listed(resource: Resource, objects: Sequence[Object], revision: int) -> Object:
    """A list as it is sent; the items of Kubernetes' own kinds do not name their type in it."""
    items = list(objects)
    if not resource.custom:
        items = [{k: v for k, v in o.items() if k not in ("apiVersion", "kind")} for o in items]
    return {
        "kind": f"{resource.kind}List",
        "apiVersion": resource.api_version,
        "metadata": {"resourceVersion": str(revision)},
        "items": items,
    }
