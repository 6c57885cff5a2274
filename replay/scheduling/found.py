"""A pod in a state of the log, by its name."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from engine.errors import KubeRewindError, NotFoundError
from engine.scheduler.reading import Object
from ingest.log.state import StoredState
from ingest.log.times import show
from replay.scheduling.snapshot import PODS, key_of

_RESOURCES = ("po", "pod", "pods")


def named(words: Sequence[str]) -> str:
    """The name in `pod NAME` or `pod/NAME`; KubeRewindError for other resources."""
    resource, _, name = "/".join(words).partition("/")
    if resource.lower() not in _RESOURCES or not name or "/" in name:
        raise KubeRewindError(f"say of which pod, as pod NAME or pod/NAME, not {' '.join(words)}")
    return name


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
        raise not_found(
            namespace, name, _when(state, namespace, name) or elsewhere(state, name) or beyond
        )
    pod: Object = orjson.loads(bodies[0])
    return pod


def _when(state: StoredState, namespace: str, name: str) -> str:
    """When a pod of the name came later, or went before; empty if there was none."""
    versions = state.versions(*PODS, namespace, name)
    before = [version for version in versions if version.time <= state.time]
    if before:
        return f"it is gone since {show(before[-1].time)}: ask with --at about a time before"
    return f"it came at {show(versions[0].time)}" if versions else ""


def elsewhere(state: StoredState, name: str) -> str:
    """In which other namespaces there is a pod of the name; empty if in none."""
    found = sorted(key_of(orjson.loads(body))[0] for body in state.bodies(*PODS, None, name))
    others = f" and {len(found) - 3} others" if len(found) > 3 else ""
    return f"there is one in {', '.join(found[:3])}{others}: name it with -n" if found else ""


def not_found(namespace: str, name: str, note: str = "") -> NotFoundError:
    """The error that there is no such pod."""
    note = f" ({note.removeprefix('note: ')})" if note else ""
    return NotFoundError(f'pods "{name}" not found in the namespace {namespace}{note}')
