"""A pod in a state of the log, by its name."""

from __future__ import annotations

import orjson

from engine.errors import KubeRewindError, NotFoundError
from engine.scheduler.reading import Object
from ingest.log.state import StoredState
from ingest.log.times import show
from replay.scheduling.snapshot import PODS


def pod_at(state: StoredState, namespace: str, name: str, beyond: str) -> Object:
    """The pod; `beyond` is the note that the state is that at the end of the log, if it is one.

    Raises NotFoundError, and KubeRewindError for one whose body is not in the log.
    """
    bodies = state.bodies(*PODS, namespace, name)
    if not bodies and state.count_unseen(*PODS, namespace, name):
        raise KubeRewindError(
            f'pods "{name}" is known to exist then, but its body is not in the log'
        )
    if not bodies:
        raise not_found(namespace, name, _when(state, namespace, name) or beyond)
    pod: Object = orjson.loads(bodies[0])
    return pod


def _when(state: StoredState, namespace: str, name: str) -> str:
    """When a pod of the name came later, or went before; empty if there was none."""
    versions = state.versions(*PODS, namespace, name)
    before = [version for version in versions if version.time <= state.time]
    if before:
        return f"it is gone since {show(before[-1].time)}: ask with --at about a time before"
    return f"it came at {show(versions[0].time)}" if versions else ""


def not_found(namespace: str, name: str, note: str = "") -> NotFoundError:
    """The error that there is no such pod."""
    note = f" ({note.removeprefix('note: ')})" if note else ""
    return NotFoundError(f'pods "{name}" not found in the namespace {namespace}{note}')
