from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pytest

from engine.errors import NotFoundError
from engine.testing import node, pod
from ingest.log.state import StoredState
from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from replay.scheduling.explain import NoDecisionError, explained
from replay.scheduling.recorded import SCHEDULED
from tests.audit_lines import AuditLines
from tests.recordings import ingested
from tests.replay.scheduling.recorder import Recorder


def _stored(builder, revision):
    obj = builder.obj
    obj["metadata"] |= {"uid": f"uid-{revision}", "resourceVersion": str(revision)}
    return obj


@cache
def _trace():
    """Two nodes, of which the first has no room; `web` is bound, and `own` came with its node."""
    lines = AuditLines()

    def created(resource, builder, revision, namespace="shop"):
        obj = _stored(builder, revision)
        name = obj["metadata"]["name"]
        lines.add("create", resource, name, response=obj, code=201, namespace=namespace)

    created("nodes", node("small").cpu("1").memory("1Gi"), 1, None)
    created("nodes", node("large").cpu("4").memory("4Gi"), 2, None)
    created("pods", pod("own", "shop").cpu("1").node("small"), 3)
    created("pods", pod("web", "shop").cpu("2"), 4)
    binding = {"kind": "Binding", "apiVersion": "v1", "metadata": {"name": "web"}}
    binding["target"] = {"kind": "Node", "name": "large"}
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    lines.add(
        "create",
        "pods",
        "web",
        subresource="binding",
        request=binding,
        response=status,
        code=201,
        user="system:kube-scheduler",
    )
    created("nodes", node("third").cpu("64").memory("64Gi"), 6, None)
    folder = Path(mkdtemp(prefix="kuberewind-schedule-"))
    (folder / "audit.log").write_text(lines.text())
    trace = Trace(folder / "trace", create=True)
    ingest(trace, [str(folder / "audit.log")], IngestOptions())
    return trace


def _explained(name, at=None):
    with _trace().snapshot("default", derived=True) as snapshot:
        return explained(snapshot, "shop", name, at, None)


def test_a_binding_is_explained_from_the_state_just_before_it() -> None:
    (found,) = _explained("web")
    decision = found.explanation.decision
    assert (found.event, found.node, decision.best) == (SCHEDULED, "large", ["large"])
    assert list(found.nodes) == ["large", "small"]
    assert decision.rejected["small"].reasons == ("Insufficient cpu",)


def test_a_bound_pod_is_scheduled_anew_at_a_time_and_takes_no_room_itself() -> None:
    (found,) = _explained("web", "now")
    assert (found.event, found.node) == ("", "large")
    assert found.explanation.decision.feasible == ["large", "third"]


def test_a_pod_on_which_nothing_was_decided_is_no_missing_one() -> None:
    with pytest.raises(NoDecisionError, match="no scheduling decision on the pod shop/own"):
        _explained("own")
    (found,) = _explained("own", "rv:3")
    assert found.explanation.decision.best == ["large"]


@pytest.mark.parametrize("at", [None, "now", "rv:3"])
def test_a_pod_that_is_not_there_is_not_found(at) -> None:
    with pytest.raises(NotFoundError, match='pods "web-0" not found in the namespace shop'):
        _explained("web-0", at)


def test_a_time_after_the_end_of_the_log_is_told_whether_the_pod_is_there_or_not() -> None:
    (found,) = _explained("web", "2030-01-01T00:00:00Z")
    assert found.beyond.startswith("note: the log ends at ")
    with pytest.raises(NotFoundError, match=r"in the namespace shop \(the log ends at "):
        _explained("missing", "2030-01-01T00:00:00Z")
    assert _explained("web")[0].beyond == ""


def test_a_pod_that_is_gone_or_comes_later_is_told_with_its_time() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("1"))
    web = record.create("pods", pod("web", "shop").cpu("1"))
    record.delete("pods", web)
    with record.trace().snapshot("default", derived=True) as snapshot:
        with pytest.raises(NotFoundError, match=r"\(it is gone since 2026-11-21T03:00:0"):
            explained(snapshot, "shop", "web", "now", None)
        with pytest.raises(NotFoundError, match=r"\(it came at 2026-11-21T03:00:0"):
            explained(snapshot, "shop", "web", "rv:1", None)


@pytest.mark.slow
def test_every_pod_of_a_recording_went_to_one_of_the_best_nodes() -> None:
    query = "SELECT DISTINCT namespace, name FROM read_parquet($files) WHERE resource = 'pods'"
    with ingested("rollout").snapshot("default", derived=True) as snapshot:
        with duckdb.connect() as connection:
            segments = StoredState(snapshot, connection).timeline.segments
            files = [segment.history for segment in segments]
            pods = connection.execute(query, {"files": files}).fetchall()
        found = [each for pod in pods for each in explained(snapshot, *pod, None, None)]
    assert len(found) == len(pods) == 36
    missed = [e.name for e in found if e.node not in e.explanation.decision.best]
    assert missed == []
