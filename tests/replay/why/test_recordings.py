"""Every failure to schedule that recordings hold: what is told of it holds in the model."""

import duckdb
import pytest

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.remedies.case import Case
from ingest.log.state import StoredState
from replay.scheduling.profiles import framework_for, read_frameworks
from replay.scheduling.recorded import FAILED_SCHEDULING, decisions
from replay.scheduling.snapshot import snapshot_of
from tests.engine.scheduler.remedies.asked import remedies, verified
from tests.recordings import each, ingested

_PODS = """
SELECT DISTINCT namespace, name FROM read_parquet($files) WHERE resource = 'pods' ORDER BY ALL
"""


def _failures(state, connection):
    files = [segment.history for segment in state.timeline.segments]
    frameworks = read_frameworks(None)
    for namespace, name in connection.execute(_PODS, {"files": files}).fetchall():
        for decision in decisions(state.versions("", "pods", namespace, name)):
            if decision.event == FAILED_SCHEDULING:
                before = state.at_position(decision.version.position - 1)
                pod = PodInfo(decision.pod)
                snapshot = snapshot_of(before, decision.pod)
                yield Case(framework_for(pod, frameworks), snapshot, pod)


@pytest.mark.parametrize("recording", each("pressure", "stateful"))
def test_each_failure_is_told_with_what_would_help_and_that_helps(recording) -> None:
    with (
        ingested(recording).snapshot("default", derived=True) as snapshot,
        duckdb.connect() as connection,
    ):
        cases = list(_failures(StoredState(snapshot, connection), connection))
    results = [verified(case) for case in cases]
    without = [case.pod.key for case, found in zip(cases, results, strict=True)
               if not found.fits and not remedies(found)]  # fmt: skip
    assert len(cases) > 10
    assert without == []
