"""Resources with an etcd of their own, whose revisions come from another counter."""

import json
import re
from bisect import bisect_right
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ingest.fold.state import State
from ingest.log.connection import Log
from ingest.log.settings import Settings, SettingsError, resource_of
from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest, rebuild
from ingest.rebuild import Rebuild
from ingest.revisions import placed
from ingest.stores import Stores, in_order
from tests.audit_lines import AuditLines, config_map
from tests.ingest.request_rows import arrived, created, patched, thing
from tests.recordings import folder

EVENTS = ("/events",)


def event(rv: int, name: str = "e") -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", "uid": f"u{name}", "resourceVersion": str(rv)}
    return {"kind": "Event", "apiVersion": "v1", "metadata": metadata, "count": rv}


def history(*requests):
    stores = Stores(EVENTS)
    rows = arrived(requests)
    batches = [rows[start : start + 2] for start in range(0, len(rows), 2)]
    return list(placed(Rebuild(State(stores=stores)).versions(in_order(batches, stores))))


def told(versions):
    return [(v.store, v.key.name, v.rv) for v in versions]


def test_each_store_is_ordered_by_its_own_revisions_and_both_by_time():
    versions = history(
        created(thing("a", 5000), 0, 10),
        created(event(7), 20, 60, resource="events"),
        patched(event(8), 25, 50, resource="events"),
        created(thing("b", 5001), 70, 80),
        patched(event(9), 90, 95, resource="events"),
    )
    assert told(versions) == [(0, "a", 5000), (1, "e", 7), (1, "e", 8), (0, "b", 5001), (1, "e", 9)]
    assert [v.time for v in versions] == sorted(v.time for v in versions)


def test_a_log_of_many_windows_loses_and_swaps_nothing():
    requests = []
    for n in range(300):
        requests.append(created(thing(f"c{n}", 9000 + n), n * 1000, n * 1000 + 700))
        requests.append(
            created(event(5 + n, f"e{n}"), n * 1000 + 300, n * 1000 + 900, resource="events")
        )
    versions = history(*requests)
    assert len(versions) == 600
    assert all(v.rv is not None for v in versions)
    for store in (0, 1):
        revisions = [v.rv for v in versions if v.store == store]
        assert revisions == sorted(revisions)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("events", ("", "events")),
        ("/events", ("", "events")),
        ("apps/deployments", ("apps", "deployments")),
        ("deployments.apps", ("apps", "deployments")),
    ],
)
def test_a_separate_store_is_named_as_the_api_server_or_kubectl_name_resources(text, found):
    assert resource_of(text) == found


@pytest.mark.parametrize("text", ["/", "a/b/c", "apps/"])
def test_what_is_no_resource_is_refused(text):
    with pytest.raises(SettingsError, match="--separate-store"):
        Settings().with_separate_stores([text])


def test_an_empty_name_takes_separate_stores_back():
    settings = Settings().with_separate_stores(["events"])
    assert settings.with_separate_stores(None) == settings
    assert settings.with_separate_stores([""]) == Settings()


_REVISION = re.compile(r'("resourceVersion":")(\d+)"')


class _Renumbered:
    """A recording's log, as it would be if its Events had been in an etcd of their own."""

    def __init__(self, name: str) -> None:
        self.of_events: list[int] = []
        self.of_others: list[int] = []
        with pa.input_stream(str(folder(name) / "history.jsonl.zst"), compression="zstd") as stream:
            for row in map(json.loads, stream.read().splitlines()):
                is_event = row["key"].startswith("/registry/events/")
                (self.of_events if is_event else self.of_others).append(row["rev"])
        with pa.input_stream(str(folder(name) / "audit.jsonl.zst"), compression="zstd") as stream:
            lines = stream.read().decode().splitlines()
        self.text = "".join(self._line(line) + "\n" for line in lines)

    def main(self, revision: int) -> int:
        return 1 + bisect_right(self.of_others, revision)

    def events(self, revision: int) -> int:
        return 1 + bisect_right(self.of_events, revision)

    def _line(self, line: str) -> str:
        line = _REVISION.sub(lambda m: f'{m[1]}m{m[2]}"', line)
        row = json.loads(line)
        if (row.get("objectRef") or {}).get("resource") == "events":
            for body in (row.get("requestObject"), row.get("responseObject")):
                bodies = [body, *body.get("items", [])] if isinstance(body, dict) else []
                for each in bodies:
                    metadata = each.get("metadata") or {}
                    if "resourceVersion" in metadata:
                        old = int(metadata["resourceVersion"][1:] or 0)
                        metadata["resourceVersion"] = str(self.events(old))
            line = json.dumps(row, separators=(",", ":"))
        return re.sub(
            r'"resourceVersion":"m(\d+)"',
            lambda m: f'"resourceVersion":"{self.main(int(m[1]))}"',
            line,
        )


def _rows(trace: Trace) -> list[tuple[Any, ...]]:
    query = "SELECT store, rv, type, known, kind, namespace, name FROM history ORDER BY position"
    with trace.snapshot() as snapshot, Log.of(snapshot) as log:
        log.prepare(query)
        return log.connection.execute(query).fetchall()


def test_a_recording_with_its_events_in_another_etcd_gives_the_same_history(tmp_path: Path) -> None:
    renumbered = _Renumbered("rollout")
    (tmp_path / "audit.jsonl").write_text(renumbered.text)
    one, other = Trace(tmp_path / "one", create=True), Trace(tmp_path / "other", create=True)
    ingest(one, [str(folder("rollout") / "audit.jsonl.zst")], IngestOptions())
    ingest(other, [str(tmp_path / "audit.jsonl")], IngestOptions(separate_stores=["events"]))
    whole, apart = _rows(one), _rows(other)
    assert {row[0] for row in apart if row[4] == "Event"} == {1}
    assert {row[0] for row in apart if row[4] != "Event"} == {0}
    for is_event, number in ((True, renumbered.events), (False, renumbered.main)):
        expected = [
            (None if rv is None else number(rv), *rest)
            for _, rv, *rest in whole
            if (rest[2] == "Event") == is_event
        ]
        found = [tuple(row[1:]) for row in apart if (row[4] == "Event") == is_event]
        assert Counter(found) == Counter(expected)
        # The place of a hidden revision is known less well with fewer revisions around it.
        shown = [row for row in expected if row[0] is not None]
        assert [row for row in found if row[0] is not None] == shown


def test_a_revision_of_a_time_is_one_of_the_main_store(tmp_path: Path) -> None:
    renumbered = _Renumbered("rollout")
    (tmp_path / "audit.jsonl").write_text(renumbered.text)
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [str(tmp_path / "audit.jsonl")], IngestOptions(separate_stores=["events"]))
    known = [row for row in _rows(trace) if row[0] == 0 and row[1] is not None]
    revision = known[len(known) // 2][1]
    with trace.snapshot() as snapshot, Log.of(snapshot, f"rv:{revision}") as log:
        log.prepare("FROM history")
        query = "SELECT store, rv FROM history WHERE position = ?"
        assert log.connection.execute(query, [log.position]).fetchone() == (0, revision)


def test_the_trace_keeps_which_resources_are_apart(tmp_path: Path) -> None:
    lines = AuditLines()
    lines.add("create", "configmaps", "web", response=config_map("web", 900, {}), code=201)
    lines.add("create", "events", "e", response=event(3), code=201)
    (tmp_path / "audit.jsonl").write_text(lines.text())
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [str(tmp_path / "audit.jsonl")], IngestOptions(separate_stores=["events"]))
    expected = [(0, 900, "ConfigMap"), (1, 3, "Event")]
    assert [(store, rv, kind) for store, rv, _, _, kind, *_ in _rows(trace)][1:] == expected
    rebuild(trace, "default")
    assert [(store, rv, kind) for store, rv, _, _, kind, *_ in _rows(trace)][1:] == expected
    rebuild(trace, "default", separate_stores=[""])
    assert {row[0] for row in _rows(trace)} == {0}
