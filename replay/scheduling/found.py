"""A pod in a state of the log, by its name."""

from __future__ import annotations

import orjson

from engine.errors import KubeRewindError, NotFoundError
from engine.scheduler.reading import Object
from ingest.log.state import StoredState
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
        raise not_found(namespace, name, beyond)
    pod: Object = orjson.loads(bodies[0])
    return pod


def not_found(namespace: str, name: str, beyond: str = "") -> NotFoundError:
    """The error that there is no such pod."""
    note = f" ({beyond.removeprefix('note: ')})" if beyond else ""
    return NotFoundError(f'pods "{name}" not found in the namespace {namespace}{note}')
