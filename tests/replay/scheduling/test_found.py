"""A pod by its name: how it may be written, and what is said of one that is not there."""

import duckdb
import pytest

from engine.errors import KubeRewindError, NotFoundError
from engine.testing import pod
from ingest.log.state import StoredState
from replay.scheduling.found import named, pod_at
from tests.replay.scheduling.recorder import Recorder


@pytest.mark.parametrize("words", [["pod", "web"], ["po/web"], ["Pods", "web"], ["pod/web"]])
def test_a_pod_is_named_as_kubectl_takes_it(words) -> None:
    assert named(words) == "web"


@pytest.mark.parametrize(
    "words", [["deploy", "web"], ["web"], ["pod"], ["pod/"], ["pod", "web", "db"], ["pod/a", "b"]]
)
def test_what_names_no_single_pod_is_refused_in_one_line(words) -> None:
    with pytest.raises(KubeRewindError, match=r"^say of which pod, as pod NAME or pod/NAME"):
        named(words)


def test_a_pod_of_another_namespace_is_told_by_its_namespaces() -> None:
    record = Recorder()
    for namespace in ("e", "d", "c", "b", "a"):
        record.create("pods", pod("web", namespace))
    with record.trace().snapshot("default", derived=True) as snapshot, duckdb.connect() as db:
        state = StoredState(snapshot, db)
        assert pod_at(state, "c", "web", "")["metadata"]["namespace"] == "c"
        with pytest.raises(
            NotFoundError, match=r"shop \(there is one in a, b, c and 2 others: name it with -n\)$"
        ):
            pod_at(state, "shop", "web", "")
