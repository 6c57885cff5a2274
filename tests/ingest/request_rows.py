"""Requests as a log would hold them, and objects to write, in few words."""

import json
from collections.abc import Sequence
from typing import Any

from ingest.fold.state import State
from ingest.order import in_order
from ingest.rebuild import Rebuild
from ingest.requests import Request
from ingest.revisions import placed
from ingest.version import Version

Object = dict[str, Any]
SECOND = 1_000_000
START = 1_800_000_000 * SECOND
"""Times in tests are milliseconds after this second."""


def at(milliseconds: float) -> int:
    """Microseconds since the epoch of a time in milliseconds after the start."""
    return START + round(milliseconds * 1000)


def pod(name: str = "a", rv: int | None = None, uid: str = "", **changes: Any) -> Object:
    """A pod; `changes` go into its metadata, or `node`, `phase`, `grace` into their places."""
    spec = {"terminationGracePeriodSeconds": changes.pop("grace", 30)}
    if "node" in changes:
        spec["nodeName"] = changes.pop("node")
    phase = changes.pop("phase", "Pending")
    metadata = {"name": name, "namespace": "shop", "uid": uid or f"uid-{name}", **changes}
    if rv is not None:
        metadata["resourceVersion"] = str(rv)
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": metadata,
        "spec": spec,
        "status": {"phase": phase, "conditions": []},
    }


def thing(name: str = "a", rv: int | None = None, uid: str = "", **changes: Any) -> Object:
    """A ConfigMap; `changes` go into its metadata."""
    metadata = {"name": name, "namespace": "shop", "uid": uid or f"uid-{name}", **changes}
    if rv is not None:
        metadata["resourceVersion"] = str(rv)
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata}


STATUS = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}


def request(
    verb: str,
    name: str | None,
    answer: Any,
    received: float,
    answered: float | None,
    *,
    resource: str = "",
    body: Any = None,
    code: int | None = 200,
    agent: str = "kubectl/v1.36.2",
    **fields: Any,
) -> Request:
    """One request for an object in namespace shop; times are milliseconds after the start."""
    head = answer if isinstance(answer, dict) else {}
    metadata = head.get("metadata") if isinstance(head.get("metadata"), dict) else {}
    rv = str(metadata.get("resourceVersion", ""))
    known: dict[str, Any] = {
        "audit_id": f"{verb}-{name}-{received}",
        "stage": "ResponseComplete",
        "received": at(received),
        "answered": None if answered is None else at(answered),
        "verb": verb,
        "api_group": "",
        "api_version": "v1",
        "resource": resource or {"Pod": "pods"}.get(str(head.get("kind")), "configmaps"),
        "subresource": "",
        "namespace": "shop",
        "name": name,
        "uid": metadata.get("uid"),
        "resource_version": int(rv) if rv.isdigit() else None,
        "code": code,
        "dry_run": False,
        "patch_type": None,
        "user_agent": agent,
        "request_uri": "/",
        "request": None if body is None else json.dumps(body),
        "response": None if answer is None else json.dumps(answer),
        "response_kind": head.get("kind"),
        "response_api_version": head.get("apiVersion"),
        "user": "alice@example.com",
        "reason": None,
    }
    return Request(**{**known, **fields})


def created(answer: Object, received: float, answered: float, **fields: Any) -> Request:
    """A creation that was answered with the object."""
    name = answer["metadata"]["name"]
    return request("create", name, answer, received, answered, code=201, **fields)


def patched(answer: Object, received: float, answered: float, **fields: Any) -> Request:
    """A patch that was answered with the object."""
    return request("patch", answer["metadata"]["name"], answer, received, answered, **fields)


def arrived(requests: Sequence[Request]) -> list[Request]:
    """The requests as the log gives them: by arrival."""
    return sorted(requests, key=lambda r: (r.received, r.audit_id))


def history(*requests: Request, state: State | None = None) -> list[Version]:
    """The versions that the requests made, in their final order; on what is known before them."""
    return list(placed(Rebuild(state or State()).versions(in_order([arrived(requests)]))))


def told(versions: Sequence[Version]) -> list[tuple[str, str, int | None]]:
    """(type, name, revision) of each version."""
    return [(v.type, v.key.name, v.rv) for v in versions]


def body(version: Version) -> Object:
    """The object of a version."""
    assert version.body is not None
    found = json.loads(version.body)
    assert isinstance(found, dict)
    return found
