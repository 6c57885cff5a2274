"""How fast the modelled API server writes, on one core."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measure import Line, at_least
from engine.apiserver.server.choices import SimulatedChoices
from engine.apiserver.server.server import ApiServer
from engine.apiserver.verbs.contract import Object, Write
from engine.schema.resource import Resource
from engine.store.revisions import Store

_PODS = 1_000
_NOW_US = 1_795_230_845_000_000


def lines() -> Iterator[Line]:
    """What controllers and kubelets do most: pods made, bound, reported on, changed, deleted."""
    store = Store()
    server = ApiServer(store, SimulatedChoices.of(store, seed=7))
    pods = _resource(server, "pods")
    _write(server, "create", _resource(server, "namespaces"), {"metadata": {"name": "shop"}})
    account = {"metadata": {"name": "default"}}
    _write(server, "create", _resource(server, "serviceaccounts"), account, "shop")
    names = [f"web-{number}" for number in range(_PODS)]

    def each(verb: str, body: Callable[[str], Any], subresource: str = "", **more: str) -> float:
        started = time.process_time()
        for name in names:
            about = "" if verb == "create" and not subresource else name
            _write(server, verb, pods, body(name), "shop", about, subresource, **more)
        return _PODS / (time.process_time() - started)

    def changed(name: str) -> Object:
        pod = server.get(pods, "shop", name)
        return {**pod, "metadata": {**pod["metadata"], "labels": {"app": "web", "tier": "front"}}}

    for what, aim, rate in (
        ("create", 300, each("create", _pod)),
        ("bind", 3_000, each("create", lambda _: {"target": {"name": "node-1"}}, "binding")),
        ("patch a status", 500, each("patch", _running, "status", patch_type="strategic")),
        ("update", 300, each("update", changed)),
        ("delete", 2_000, each("delete", lambda _: {"gracePeriodSeconds": 0})),
    ):
        yield at_least(f"API server: {what} (pods)", f"{rate:,.0f}/s", rate, aim, "/s")


def _write(
    server: ApiServer,
    verb: str,
    resource: Resource,
    body: Any,
    namespace: str = "",
    name: str = "",
    subresource: str = "",
    patch_type: str = "",
) -> None:
    server.serve(
        Write(verb, resource, body, _NOW_US, namespace, name, subresource, patch_type, "benchmark")
    )


def _resource(server: ApiServer, name: str) -> Resource:
    found = server.resource("", "v1", name)
    assert found is not None, "Kubernetes has it"
    return found


def _pod(name: str) -> Object:
    container = {
        "name": "app",
        "image": "example.com/app:1",
        "env": [{"name": f"VARIABLE_{number}", "value": "some value"} for number in range(5)],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
        "ports": [{"containerPort": 8080}],
    }
    return {
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [container]},
    }


def _running(name: str) -> Object:
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-21T03:14:05Z"}
    status = {
        "name": "app",
        "ready": True,
        "restartCount": 0,
        "image": "example.com/app:1",
        "imageID": "example.com/app@sha256:" + "0" * 64,
        "state": {"running": {"startedAt": "2026-11-21T03:14:05Z"}},
    }
    return {
        "status": {
            "phase": "Running",
            "podIP": "10.0.0.1",
            "conditions": [ready],
            "containerStatuses": [status],
        }
    }
