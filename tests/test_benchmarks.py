"""The benchmarks measure what they say: a long log that one cluster could have written."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.churn_copies import bytes_of, copies
from benchmarks.run import results
from benchmarks.scheduling import Size, Workload, lines
from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from reports.history import history_lines
from tests.audit_lines import AuditLines

OBJECTS = {"namespaces": "shop-a", "nodes": "node-1", "pods": "web-1"}
LINES = 12
"""How many lines `small_log` has, of which all but two are about what the copies tell apart."""


def uid(number: int) -> str:
    return f"{number:08x}-1111-4222-8333-{number:012x}"


def small_log() -> bytes:
    """A namespace, a node and a pod come, change and go; a cluster role is made once for all."""
    log, revision = AuditLines(), 0

    def write(verb: str, resource: str, name: str, number: int, **more: object) -> None:
        nonlocal revision
        revision += 1
        metadata = {
            "name": name,
            "uid": uid(number),
            "resourceVersion": str(revision),
            "creationTimestamp": "2026-11-21T03:00:01Z",
        }
        namespace = OBJECTS["namespaces"] if resource == "pods" else None
        if namespace:
            metadata["namespace"] = namespace
        body = {"kind": "Any", "apiVersion": "v1", "metadata": metadata, **more}
        code = 201 if verb == "create" else 200
        log.add(verb, resource, name, response=body, code=code, namespace=namespace)

    write("create", "clusterroles", "viewer", 90)
    write("update", "clusterroles", "viewer", 90, rules=[])
    for number, (resource, name) in enumerate(OBJECTS.items(), 1):
        write("create", resource, name, number)
    for phase in ("Pending", "Running", "Succeeded"):
        status = {"phase": phase, "on": OBJECTS["nodes"]}
        write("update", "pods", OBJECTS["pods"], 3, status=status)
    for number, (resource, name) in reversed(list(enumerate(OBJECTS.items(), 1))):
        write("delete", resource, name, number)
    log.add("get", "pods", OBJECTS["pods"])
    lines = [json.loads(line) for line in log.lines]
    # As the API server writes them: without spaces.
    return b"".join(json.dumps(e, separators=(",", ":")).encode() + b"\n" for e in lines)


@pytest.fixture(scope="module")
def long_log() -> bytes:
    log = small_log()
    return b"".join(copies(log, 4 * len(log)))


def test_a_copy_is_written_whole_but_for_what_is_there_once(long_log: bytes) -> None:
    tags = re.findall(rb'"namespace":"shop-a-(\d+)"', long_log)
    assert long_log.count(b'"resource":"clusterroles"') == 2
    assert Counter(tags)[b"001"] == Counter(tags)[b"000"] > 0


def test_copies_stop_at_whole_lines_below_the_size() -> None:
    log = small_log()
    text = b"".join(copies(log, 2 * len(log) + 100))
    assert len(log) < len(text) <= 2 * len(log) + 100
    assert text.endswith(b"}\n")


def test_times_ascend_through_all_copies(long_log: bytes) -> None:
    times = [json.loads(line)["requestReceivedTimestamp"] for line in long_log.splitlines()]
    assert len(times) > 3 * (LINES - 2)
    assert times == sorted(set(times))


def test_revisions_and_ids_of_copies_are_their_own(long_log: bytes) -> None:
    events = [json.loads(line) for line in long_log.splitlines()]
    ids = [event["auditID"] for event in events]
    written = [e["responseObject"]["metadata"] for e in events if "responseObject" in e]
    revisions = [int(metadata["resourceVersion"]) for metadata in written]
    assert len(set(ids)) == len(ids)
    assert revisions == sorted(set(revisions))
    assert len({metadata["uid"] for metadata in written}) > 3 * len(OBJECTS)


def test_a_name_is_told_apart_wherever_it_stands(long_log: bytes) -> None:
    second = [line for line in long_log.splitlines() if b"shop-a-001" in line]
    updates = [json.loads(line) for line in second if b'"verb":"update"' in line]
    assert {event["objectRef"]["name"] for event in updates} == {"web-1-001"}
    assert {event["responseObject"]["status"]["on"] for event in updates} == {"node-1-001"}
    assert all("/namespaces/shop-a-001/pods/web-1-001" in e["requestURI"] for e in updates)


def test_each_copy_makes_as_many_versions(long_log: bytes, tmp_path: Path) -> None:
    source = tmp_path / "long.jsonl"
    source.write_bytes(long_log[: long_log.rfind(b'"shop-a-003"')])
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [str(source)], IngestOptions())
    with trace.snapshot() as snapshot:
        names = Counter(json.loads(line)["name"] for line in history_lines(snapshot))
    for name, versions in (("shop-a", 2), ("node-1", 2), ("web-1", 5)):
        assert [names[f"{name}-{copy:03}"] for copy in range(3)] == [versions] * 3
    assert names["viewer"] == 2


@pytest.mark.parametrize(
    ("text", "number"), [("17", 17), ("3kB", 3000), ("200MB", 200_000_000), ("4GB", 4 * 10**9)]
)
def test_sizes_are_read_as_people_write_them(text: str, number: int) -> None:
    assert bytes_of(text) == number


def test_a_size_that_is_none_says_how_to_write_it() -> None:
    with pytest.raises(SystemExit, match="write it as 500MB or 4GB"):
        bytes_of("much")


@pytest.mark.slow
def test_every_line_of_the_benchmarks_comes_out_for_a_small_log(
    long_log: bytes, tmp_path: Path
) -> None:
    source = tmp_path / "long.jsonl"
    source.write_bytes(long_log)
    lines = {line.what.strip(): line for line in results(source, tmp_path)}
    assert lines["memory of the rebuild"].reached
    assert lines["kuberewind get pods -A --at T"].aim == "<= 500 ms"
    assert {line.reached for line in lines.values()} <= {True, False, None}


@pytest.mark.parametrize("kind", ["plain", "spread", "preferred", "anti"])
def test_placing_pods_is_measured_at_few_and_at_many_nodes(kind):
    workload = Workload(kind, kind, kind, Size(4, 1, 2), Size(8, 2, 2, real=1), times=1)
    few, many, growth = lines([workload])
    assert (few.what, few.reached) == (f"placing: {kind}, 4 nodes", None)
    assert (many.what, many.reached) == (f"placing: {kind}, 8 nodes", True)
    assert growth.aim == "<= 2 times"
