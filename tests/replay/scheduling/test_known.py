"""What was known at a decision on one pod is what the walk through the history comes to."""

import duckdb
import pytest

from engine.testing import node, pod
from ingest.log.state import StoredState
from replay.scheduling.explain import explained
from replay.scheduling.known import known_at_decisions
from replay.scheduling.verify import verified
from tests.recordings import ingested
from tests.replay.scheduling.recorder import NO_ROOM, TOO_SMALL, Recorder


def _web(name):
    return pod(name, "shop").cpu("1")


def _known(trace, name):
    with trace.snapshot("default", derived=True) as snapshot, duckdb.connect() as connection:
        state = StoredState(snapshot, connection)
        return list(known_at_decisions(snapshot, connection, state, ("shop", name)))


def test_pods_that_were_assumed_and_not_bound_yet_are_counted() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("1"))
    first = record.create("pods", _web("first"))
    second = record.create("pods", _web("second"))
    record.fail(second, NO_ROOM, "03:00:04.400000")
    record.bind(first, "n")
    trace = record.trace()
    (bound,), (failed,) = _known(trace, "first"), _known(trace, "second")
    assert (bound.assumed, failed.assumed) == (0, 1)
    with trace.snapshot("default", derived=True) as snapshot:
        (found,) = explained(snapshot, "shop", "second", None, None)
    assert (found.assumed, found.explanation.decision.message) == (1, NO_ROOM)


def test_a_pod_that_was_never_tried_is_decided_on_as_soon_as_it_is_written() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("2"))
    web = record.create("pods", _web("web"))
    record.create("nodes", node("empty").cpu("8"))
    record.bind(web, "n")
    (known,) = _known(record.trace(), "web")
    assert [known.decided.own, known.state.position] == [2, 2]


def test_a_failure_is_decided_on_when_its_event_says_so() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("500m"))
    web = record.create("pods", _web("web"))
    record.create("nodes", node("other").cpu("500m"))
    record.fail(web, TOO_SMALL, "03:00:03.700000")
    record.create("nodes", node("late").cpu("8"))
    trace = record.trace()
    with trace.snapshot("default", derived=True) as snapshot:
        (found,) = explained(snapshot, "shop", "web", None, None)
    assert list(found.nodes) == ["n", "other"]


def test_what_a_node_knew_of_images_stays_until_it_changes() -> None:
    """So far back the walk begins: at the last write of each node."""
    record = Recorder()
    image, small = ("i:1", 1000 * 1024 * 1024), node("c").cpu("2")
    record.create("nodes", node("a").cpu("8").image(*image))
    record.create("nodes", node("b").cpu("8"))
    record.create("nodes", small)
    first = record.create(
        "pods", _web("first").requires_node("metadata.name", "In", "c", field=True)
    )
    record.bind(first, "c")
    record.update("nodes", node("b").cpu("8").image(*image))
    record.update("nodes", small)
    second = record.create("pods", _web("second").image("i:1"))
    record.bind(second, "b")
    trace = record.trace()
    with trace.snapshot("default", derived=True) as snapshot:
        *_, walked = verified(snapshot, None)
        (found,) = explained(snapshot, "shop", "second", None, None)
    assert walked.decision.best == found.explanation.decision.best == ["b"]
    assert walked.decision.totals == found.explanation.decision.totals


@pytest.mark.slow
@pytest.mark.parametrize("name", ["stateful", "pressure"])
def test_one_pod_is_explained_as_it_is_in_a_walk_through_all(name) -> None:
    with ingested(name).snapshot("default", derived=True) as snapshot:
        walked: dict[tuple[str, str], list[object]] = {}
        for each in verified(snapshot, None):
            key = (each.decided.namespace, each.decided.name)
            walked.setdefault(key, []).append(
                (each.assumed, each.decision.best, each.decision.totals, each.decision.message)
            )
        for key, decisions in walked.items():
            found = [
                (each.assumed, decision.best, decision.totals, decision.message)
                for each in explained(snapshot, *key, None, None)
                for decision in [each.explanation.decision]
            ]
            assert found == decisions
