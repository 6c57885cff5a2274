from io import StringIO

from engine.testing import node, pod
from replay.scheduling.summary import verify
from reports.ask import ask
from tests.replay.scheduling.recorder import Recorder


def _notes(trace):
    notes = StringIO()
    with trace.snapshot("default", derived=True) as snapshot:
        ask(snapshot, None, "SELECT name FROM scheduling_decisions", "csv", StringIO(), notes)
    return notes.getvalue()


def test_a_query_about_scheduling_says_what_to_run_first() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("1"))
    record.bind(record.create("pods", pod("web", "shop").cpu("1")), "n")
    trace = record.trace()
    assert "kuberewind replay --verify --only scheduler" in _notes(trace)
    verify(trace, "default", None)
    assert _notes(trace) == ""
