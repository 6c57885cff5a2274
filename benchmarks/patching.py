"""How fast objects are patched, on one core."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measure import Line, at_least
from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.manager import update
from engine.apiserver.patch.strategic.merge import apply_strategic_merge_patch

_TIMES, _ROUNDS = 2000, 5
_CONDITIONS = (
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
)
_TIME = "2026-01-01T00:00:00Z"


def lines() -> Iterator[Line]:
    """Strategic merge patches of a pod: those that users and kubelets send most."""
    pod = _pod()
    size = f"a {len(json.dumps(pod, separators=(',', ':'))) / 1000:.0f} KB pod"
    image = {"spec": {"containers": [{"name": "app-1", "image": "example.com/app:2"}]}}
    for what, patch in (("an image", image), ("readiness, as kubelet does", _readiness())):
        found = _rate(lambda patch=patch: apply_strategic_merge_patch(pod, patch, "v1", "Pod"))
        yield at_least(f"{size}: {what}", f"{found:,.0f} patches/s", found, 20_000, "/s")
    found = _rate(_owning(pod))
    yield at_least(f"{size}: who owns what then", f"{found:,.0f} patches/s", found, 3_000, "/s")


def _owning(pod: dict[str, Any]) -> Callable[[], object]:
    """managedFields after kubelet's patch, of a pod with entries of its maker and of kubelet."""
    bare = {key: value for key, value in pod.items() if key != "status"}
    made = update(None, bare, Writer("kube-controller-manager", _TIME))
    live = update(made, {**pod, "metadata": made["metadata"]}, Writer("kubelet", _TIME, "status"))
    patched = apply_strategic_merge_patch(live, _readiness(), "v1", "Pod")
    return lambda: update(live, patched, Writer("kubelet", _TIME, "status"))


def _rate(action: Callable[[], object]) -> float:
    """Times per second of this process's own time: the best of some rounds."""
    rounds = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        for _ in range(_TIMES):
            action()
        rounds.append(time.process_time() - started)
    return _TIMES / min(rounds)


def _readiness() -> dict[str, Any]:
    changed = {"lastTransitionTime": _TIME, "message": None, "reason": None, "status": "True"}
    return {
        "metadata": {"uid": "11111111-2222-4333-8444-555555555555"},
        "status": {
            "$setElementOrder/conditions": [{"type": name} for name in _CONDITIONS],
            "conditions": [{**changed, "type": name} for name in ("Ready", "ContainersReady")],
            "containerStatuses": [_status(index, ready=True) for index in range(2)],
        },
    }


def _pod() -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "app-6b474476c4-x7x2q",
            "namespace": "default",
            "uid": "11111111-2222-4333-8444-555555555555",
            "labels": {f"example.com/label-{index}": "value" for index in range(8)},
            "annotations": {"example.com/config": "x" * 900},
        },
        "spec": {
            "containers": [_container(index) for index in range(2)],
            "volumes": [{"name": f"v{index}", "emptyDir": {}} for index in range(6)],
            "nodeName": "node-1",
            "tolerations": [
                {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
                for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
            ],
        },
        "status": {
            "phase": "Running",
            "conditions": [
                {
                    "type": name,
                    "status": "False",
                    "reason": "ContainersNotReady",
                    "message": "containers with unready status: [app-0 app-1]",
                    "lastTransitionTime": _TIME,
                }
                for name in _CONDITIONS
            ],
            "containerStatuses": [_status(index, ready=False) for index in range(2)],
        },
    }


def _container(index: int) -> dict[str, Any]:
    return {
        "name": f"app-{index}",
        "image": "example.com/app:1",
        "env": [{"name": f"VARIABLE_{number}", "value": "some value"} for number in range(10)],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
        "volumeMounts": [
            {"name": f"v{number}", "mountPath": f"/var/{number}"} for number in range(6)
        ],
    }


def _status(index: int, *, ready: bool) -> dict[str, Any]:
    return {
        "name": f"app-{index}",
        "ready": ready,
        "started": True,
        "restartCount": 0,
        "image": "example.com/app:1",
        "imageID": "example.com/app@sha256:" + "0" * 64,
        "containerID": "containerd://" + "0" * 64,
        "state": {"running": {"startedAt": _TIME}},
        "lastState": {},
    }
