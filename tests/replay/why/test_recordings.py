"""Every failure to schedule that recordings hold: what is told of it holds in the model."""

import duckdb
import pytest

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.remedies.case import Case
from ingest.log.state import StoredState
from replay.scheduling.decided import read_decisions
from replay.scheduling.known import known_at_decisions
from replay.scheduling.profiles import framework_for, read_frameworks
from replay.scheduling.recorded import FAILED_SCHEDULING
from tests.engine.scheduler.remedies.asked import remedies, verified
from tests.recordings import each, ingested


def _failures(snapshot, connection):
    state = StoredState(snapshot, connection)
    frameworks = read_frameworks(None)
    decided = read_decisions(snapshot, connection)
    failed = {(d.namespace, d.name): None for d in decided if d.event == FAILED_SCHEDULING}
    for pod in failed:
        for known in known_at_decisions(snapshot, connection, state, pod):
            if known.decided.event == FAILED_SCHEDULING:
                info = PodInfo(known.pod)
                yield Case(framework_for(info, frameworks), known.snapshot, info)


@pytest.mark.parametrize("recording", each("pressure", "stateful"))
def test_each_failure_is_told_with_what_would_help_and_that_helps(recording) -> None:
    with (
        ingested(recording).snapshot("default", derived=True) as snapshot,
        duckdb.connect() as connection,
    ):
        cases = list(_failures(snapshot, connection))
    results = [verified(case) for case in cases]
    without = [case.pod.key for case, found in zip(cases, results, strict=True)
               if not found.fits and not remedies(found)]  # fmt: skip
    assert len(cases) > 10
    assert without == []
