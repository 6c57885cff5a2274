import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from engine.schema.resources import UnknownResourceError
from ingest.log.current import Snapshot
from ingest.log.state import StoredState
from reports.kubectl.answer import get
from reports.kubectl.listing import GetOptions
from reports.kubectl.question import Question
from reports.kubectl.state import find
from tests.recordings import ALL, dumps, each, ingested, read_json

NOT_IN_THE_LOG = ("secrets", "componentstatuses")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SPANS_A_SECOND = {("node-failure", "T1", "workloads-wide.txt")}
"""kubectl asked for several resources one after the other, and ages grew between: no single time
gives that text."""


def _by_name(items: list[dict[str, Any]]) -> dict[tuple[str | None, str], dict[str, Any]]:
    """The items without kind and apiVersion, which a list's items do not carry."""
    return {
        (item["metadata"].get("namespace"), item["metadata"]["name"]): {
            key: value for key, value in item.items() if key not in ("kind", "apiVersion")
        }
        for item in items
    }


def _items(state: StoredState, resource: str) -> dict[tuple[str | None, str], dict[str, Any]]:
    try:
        (found,) = find(state, Question([resource], all_namespaces=True)).listings
    except UnknownResourceError:
        return {}  # a custom resource before its definition
    return _by_name([dict(item) for item in found.objects])


@pytest.mark.parametrize("name", each(*(name for name in ALL if name != "churn")))
def test_the_state_at_a_revision_is_what_the_api_server_listed(name: str) -> None:
    compared = 0
    with ingested(name).snapshot() as snapshot, duckdb.connect() as connection:
        for folder, times in dumps(name):
            for resource in times["lists"]:
                path = folder / "lists" / f"{resource}.json.zst"
                if resource.split(".")[0] in NOT_IN_THE_LOG or not path.exists():
                    continue
                listed = read_json(path)
                at = f"rv:{listed['metadata']['resourceVersion']}"
                ours = _items(StoredState(snapshot, connection, at), resource)
                assert ours == _by_name(listed.get("items") or []), (folder.name, resource, at)
                compared += len(ours)
    assert compared > 100


@pytest.mark.parametrize("name", each(*(name for name in ALL if name != "churn")))
def test_the_text_at_a_time_is_what_kubectl_printed(name: str) -> None:
    compared = 0
    with ingested(name).snapshot() as snapshot:
        for folder, times in dumps(name):
            for file, taken in times.get("text", {}).items():
                if not taken["command"].startswith("kubectl get "):
                    continue
                if (name, folder.name, file) in SPANS_A_SECOND:
                    continue
                assert _some_time_gives(snapshot, folder / "text" / file, taken), (folder, file)
                compared += 1
    assert compared or name == "etcd-protobuf"


def _some_time_gives(snapshot: Snapshot, path: Path, taken: dict[str, Any]) -> bool:
    """Whether the text is ours for one time between the command's start and its end."""
    question, options = _parsed(taken["command"])
    wanted = path.read_text()
    start, end = taken["start_ms"], taken["end_ms"]
    # Coarse steps first: nearly always one of them is it.
    coarse = range(start, end + 1, 50)
    for ms in (*coarse, *(ms for ms in range(start, end + 1) if ms not in coarse)):
        at = (EPOCH + timedelta(milliseconds=ms)).isoformat()
        answer = get(snapshot, at, question, options)
        if answer.out + answer.err == wanted:
            return True
    return False


def _parsed(command: str) -> tuple[Question, GetOptions]:
    words = shlex.split(command)[2:]
    wide = "-o" in words
    if wide:
        assert words[words.index("-o") + 1] == "wide"
        words = [word for word in words if word not in ("-o", "wide")]
    sort_by = next((w.partition("=")[2] for w in words if w.startswith("--sort-by=")), "")
    resources = [word for word in words if not word.startswith("-")]
    everywhere = "-A" in words
    return (
        Question(resources, all_namespaces=everywhere),
        GetOptions(output="wide" * wide, all_namespaces=everywhere, sort_by=sort_by),
    )
