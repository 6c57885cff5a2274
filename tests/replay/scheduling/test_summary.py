from engine.testing import node, pod
from ingest.log.connection import Log
from ingest.pipeline import rebuild
from replay.scheduling.summary import verify
from tests.replay.scheduling.recorder import NO_ROOM, Recorder


def _record():
    record = Recorder()
    record.create("nodes", node("m").cpu("500m"))
    record.create("nodes", node("n").cpu("1"))
    first = record.create("pods", pod("first", "shop").cpu("1"))
    second = record.create("pods", pod("second", "shop").cpu("1"))
    record.fail(second, NO_ROOM, "03:00:05.400000")
    record.bind(first, "n")
    return record.trace()


def _rows(trace, query):
    with trace.snapshot("default", derived=True) as snapshot, Log.of(snapshot) as log:
        log.prepare(query)
        return log.connection.execute(query).fetchall()


def _files(trace):
    folder = trace.folder("default")
    return {path.name: path.read_bytes() for path in folder.glob("scheduling_decisions/**/*.*")}


def test_decisions_and_what_each_plugin_says_are_kept_for_sql() -> None:
    trace = _record()
    assert _rows(trace, "SELECT * FROM scheduling_scores") == []
    summary = verify(trace, "default", None)
    assert (summary.in_best_set, summary.bindings) == (1, 1)
    assert (summary.equal_messages, summary.failures) == (0, 1)
    query = "SELECT name, verdict, node, best, assumed, rv, pod_rv FROM scheduling_decisions"
    assert _rows(trace, query) == [
        ("first", "equal", "n", ["n"], 0, None, 3),
        ("second", "different", None, [], 1, None, 4),
    ]
    scores = "SELECT decision, node, plugin, reason FROM scheduling_scores WHERE reason IS NOT NULL"
    assert _rows(trace, scores) == [
        (1, "m", "NodeResourcesFit", "Insufficient cpu"),
        (2, "m", "NodeResourcesFit", "Insufficient cpu"),
        (2, "n", "NodeResourcesFit", "Insufficient cpu"),
    ]


def test_a_miss_tells_both_messages_and_its_cause() -> None:
    (miss,) = verify(_record(), "default", None).misses
    assert (miss.name, miss.recorded, miss.cause) == ("second", NO_ROOM, "unknown")
    assert miss.modelled.startswith("0/2 nodes are available: 2 Insufficient cpu.")


def test_the_same_trace_gives_the_same_bytes_and_asking_again_changes_nothing() -> None:
    one, other = _record(), _record()
    verify(one, "default", None)
    verify(other, "default", None)
    kept = _files(one)
    assert kept == _files(other)
    verify(one, "default", None)
    assert _files(one) == kept


def test_deriving_the_history_again_drops_what_was_made_from_it() -> None:
    trace = _record()
    verify(trace, "default", None)
    rebuild(trace, "default")
    assert _rows(trace, "SELECT * FROM scheduling_decisions") == []
