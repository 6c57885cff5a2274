"""What a request was about, where its event has no objectRef: from its URL, else from its bodies.

The API server fills objectRef in for every request about a resource; what comes without was cut by
a collector on the way. Requests for other URLs, such as /livez, are about no object.
"""

from __future__ import annotations

from urllib.parse import unquote

from engine.schema.resources import catalog
from ingest.anomalies import Collector
from ingest.sources.audit.envelope import Event, Head, ObjectReference, head
from ingest.sources.audit.records import Chunk

# NewRequestInfo of k8s.io/apiserver/pkg/endpoints/request/requestinfo.go (v1.36).
_NAMESPACE_SUBRESOURCES = frozenset(("status", "finalize"))

WRITE_VERBS = frozenset(("create", "update", "patch", "delete", "deletecollection"))
"""Of other URLs, these are only asked for by HTTP methods that are called so."""


def with_references(chunk: Chunk, label: str, anomalies: Collector) -> Chunk:
    """The chunk; events that lack a reference get the one that can be found, and are noted."""
    for index, event in enumerate(chunk.events):
        if event.object_ref is not None and event.object_ref.resource:
            continue
        found = reference_of(event)
        if found is not None:
            event.object_ref = found
            anomalies.add("missing_object_ref", label, line=chunk.lines[index])
        elif event.verb in WRITE_VERBS and not (event.request_uri or "").startswith("/"):
            anomalies.add("unknown_object", label, line=chunk.lines[index], example=event.verb)
    return chunk


def reference_of(event: Event) -> ObjectReference | None:
    """The reference that the event should have had; None where nothing tells."""
    uri = event.request_uri or ""
    return in_url(uri) if uri.startswith("/") else _in_body(event)


def in_url(uri: str) -> ObjectReference | None:
    """What a URL of the API names; None if it names no resource."""
    parts = [unquote(part) for part in uri.partition("?")[0].split("/") if part]
    if parts[:1] == ["api"]:
        group, parts = "", parts[1:]
    elif parts[:1] == ["apis"] and len(parts) > 1:
        group, parts = parts[1], parts[2:]
    else:
        return None
    version, parts = "".join(parts[:1]), parts[1:]
    if parts[:1] == ["watch"] and len(parts) > 1:
        parts = parts[1:]
    if not parts:
        return None
    namespace = None
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in _NAMESPACE_SUBRESOURCES:
            parts = parts[2:]
    resource, name, subresource = (*parts[:3], "", "")[:3]
    return ObjectReference(
        resource=resource,
        namespace=namespace,
        name=name or None,
        api_group=group,
        api_version=version,
        subresource=subresource or None,
    )


def _in_body(event: Event) -> ObjectReference | None:
    return _of_object(head(event.response)) or _of_object(head(event.request))


def _of_object(top: Head) -> ObjectReference | None:
    """A reference to the object that a body is, if its kind is one that has a resource."""
    group, _, version = (top.api_version or "").rpartition("/")
    resource = catalog().by_kind(group, top.kind or "", version)
    if resource is None or top.metadata is None or not top.metadata.name:
        return None
    return ObjectReference(
        resource=resource.name,
        namespace=top.metadata.namespace,
        name=top.metadata.name,
        uid=top.metadata.uid,
        api_group=group,
        api_version=version,
    )
