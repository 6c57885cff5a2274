"""Audit lines for tests: a cluster's API server in a few calls."""

import itertools
import json
from typing import Any

_SECOND = 1_000_000


class AuditLines:
    """Writes the audit lines of an imagined API server whose clock moves a second per request."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._ids = itertools.count(1)
        self._second = 0

    def add(
        self,
        verb: str,
        resource: str,
        name: str,
        *,
        response: dict[str, Any] | None = None,
        request: Any = None,
        code: int = 200,
        namespace: str | None = "shop",
        subresource: str = "",
        level: str = "RequestResponse",
        user: str = "alice",
        group: str = "",
    ) -> dict[str, Any]:
        """Add one line and give the event it holds."""
        self._second += 1
        minute, second = divmod(self._second, 60)
        time = f"2026-11-21T03:{minute:02}:{second:02}"
        where = f"/namespaces/{namespace}" if namespace else ""
        event = {
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "level": level,
            "auditID": f"00000000-0000-4000-8000-{next(self._ids):012}",
            "stage": "ResponseComplete",
            "requestURI": f"/api/v1{where}/{resource}/{name}",
            "verb": verb,
            "user": {"username": user, "groups": ["system:authenticated"]},
            "sourceIPs": ["127.0.0.1"],
            "userAgent": "kubectl/v1.36.2 (linux/amd64)",
            "objectRef": {
                "resource": resource,
                "namespace": namespace,
                "name": name,
                "apiGroup": group,
                "apiVersion": "v1",
                "subresource": subresource,
            },
            "responseStatus": {"metadata": {}, "code": code},
            "requestReceivedTimestamp": f"{time}.000000Z",
            "stageTimestamp": f"{time}.500000Z",
        }
        if request is not None:
            event["requestObject"] = request
        if response is not None:
            event["responseObject"] = response
        self.lines.append(json.dumps(event))
        return event

    def text(self) -> str:
        """All lines, as a log file holds them."""
        return "".join(line + "\n" for line in self.lines)


def config_map(name: str, rv: int, data: dict[str, str], uid: str = "u1") -> dict[str, Any]:
    """A ConfigMap as the API server answers with it."""
    metadata = {
        "name": name,
        "namespace": "shop",
        "uid": uid,
        "resourceVersion": str(rv),
        "creationTimestamp": "2026-11-21T03:00:01Z",
    }
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata, "data": data}
