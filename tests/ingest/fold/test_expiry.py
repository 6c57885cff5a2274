"""Kubernetes Events end with their lease, which no line of the log tells."""

import json

import pyarrow as pa
import pytest

from ingest.fold.expiry import Leases
from ingest.fold.state import State
from ingest.log.event_reader import read_events
from ingest.order import in_order
from ingest.rebuild import Rebuild
from ingest.requests import ObjectKey, requests_of
from ingest.revisions import placed
from ingest.version import Version
from tests.ingest.request_rows import arrived, at, created, patched, request, thing
from tests.recordings import each, folder, ingested

HOUR = 3_600_000  # milliseconds
LEASE = HOUR + 60_000
"""A lease is granted for a minute longer, in which it takes other writes."""


def event(name="e", rv=1, **changes):
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "resourceVersion": str(rv)}
    return {"kind": "Event", "apiVersion": "v1", "metadata": metadata, **changes}


def written(name, rv, time, **fields):
    return created(event(name, rv), time, time + 1, resource="events", **fields)


def history(*requests, ttl_s=3600):
    state = State(leases=Leases(ttl_s))
    return list(placed(Rebuild(state).versions(in_order([arrived(requests)]))))


def ends(versions: list[Version]):
    return [(v.key.name, v.time - at(0)) for v in versions if v.change == "expired"]


def later(rv, time):
    return created(thing(f"c{rv}", rv), time, time + 1)


def test_an_event_ends_with_the_lease_of_its_write():
    versions = history(written("e", 5, 0), later(6, 2 * HOUR))
    assert ends(versions) == [("e", (LEASE + 1) * 1000)]
    gone = versions[1]
    assert (gone.type, gone.known, gone.rv, gone.uid) == ("DELETE", "derived", None, "uid-e")
    assert gone.inferred


def test_nothing_ends_after_the_log_does():
    assert ends(history(written("e", 5, 0), later(6, LEASE - 100))) == []


def test_a_request_that_changes_nothing_shows_that_time_went_on():
    refused = request("create", "x", None, LEASE + 5000, LEASE + 5001, code=403)
    assert ends(history(written("e", 5, 0), refused)) == [("e", (LEASE + 1) * 1000)]


def test_every_update_renews_the_lease():
    update = patched(event("e", 6, count=2), HOUR - 1000, HOUR, resource="events")
    versions = history(written("e", 5, 0), update, later(7, 3 * HOUR))
    assert ends(versions) == [("e", (HOUR + LEASE) * 1000)]


def test_events_of_one_minute_end_together_in_the_order_of_their_keys():
    first, second = written("z", 5, 0), written("a", 6, 59_000)
    versions = history(first, second, written("b", 7, 61_000), later(8, 2 * HOUR))
    assert ends(versions) == [
        ("a", (LEASE + 1) * 1000),
        ("z", (LEASE + 1) * 1000),
        ("b", (LEASE + 61_001) * 1000),
    ]


def test_a_lease_takes_a_thousand_writes():
    leases = Leases(3600)
    keys = [ObjectKey("", "events", "shop", f"{n:04}") for n in range(1001)]
    for number, key in enumerate(keys):
        leases.attach(key, "", number)
    assert [len(gone) for _, gone in leases.over(2 * HOUR * 1000)] == [1000, 1]


def test_the_two_groups_of_events_have_leases_of_their_own():
    new = {"apiVersion": "events.k8s.io/v1"}
    other = created(
        {**event("n", 6), **new}, 30_000, 30_001, resource="events", api_group="events.k8s.io"
    )
    versions = history(written("o", 5, 0), other, later(7, 2 * HOUR))
    assert ends(versions) == [("o", (LEASE + 1) * 1000), ("n", (LEASE + 30_001) * 1000)]


def test_a_deleted_event_does_not_end_again():
    status = {"kind": "Status", "details": {"uid": "uid-e"}}
    removal = request("delete", "e", status, 10, 11, resource="events")
    versions = history(written("e", 5, 0), removal, later(9, 2 * HOUR))
    assert [v.change for v in versions] == ["created", "deleted", "created"]


@pytest.mark.parametrize(("ttl_s", "extra_s"), [(600, 30), (86_400, 60), (10, 0)])
def test_a_lease_is_shared_for_a_twentieth_of_the_ttl_or_a_minute(ttl_s, extra_s):
    leases = Leases(ttl_s)
    leases.attach(ObjectKey("", "events", "shop", "e"), "", 0)
    assert [end for end, _ in leases.over(10**15)] == [(ttl_s + extra_s) * 10**6]


def test_with_no_ttl_events_stay_for_ever():
    assert ends(history(written("e", 5, 0), later(6, 9999 * HOUR), ttl_s=0)) == []


def test_what_has_expired_takes_no_revision_from_a_hidden_write():
    bound = request(
        "delete", "c7", {"kind": "Status", "details": {"uid": "uid-c7"}}, LEASE + 30, LEASE + 31
    )
    many = [written(f"e{n}", 10 + n, n) for n in range(5)]
    versions = history(
        later(9, 0),
        created(thing("c7", 8), 0, 1),
        *many,
        later(16, LEASE + 20),
        bound,
        later(18, LEASE + 90),
    )
    assert [v.rv for v in versions if v.type == "DELETE" and not v.expired] == [17]
    assert len(ends(versions)) == 5


def test_an_expired_event_leaves_the_memory():
    rebuild = Rebuild(State(leases=Leases(3600)))
    list(rebuild.versions(in_order([arrived([written("e", 5, 0), later(6, 2 * HOUR)])])))
    assert [key.name for key in rebuild.state.live] == ["c6"]


@pytest.mark.parametrize("name", each("rollout", "crashes", "churn"))
def test_recorded_events_share_the_leases_that_etcd_gave_them(name):
    attached: dict[tuple[str, str], str] = {}
    with pa.input_stream(str(folder(name) / "history.jsonl.zst"), compression="zstd") as stream:
        for line in stream.read().splitlines():
            row = json.loads(line)
            if row["key"].startswith("/registry/events/"):
                namespace, event_name = row["key"].split("/")[-2:]
                attached.pop((namespace, event_name), None)
                if row["type"] == "PUT":
                    attached[namespace, event_name] = row["lease"]
    with ingested(name).snapshot() as snapshot:
        rebuild = Rebuild(State(leases=Leases(86_400)))
        stored = read_events(snapshot.folder, snapshot.files("events"))
        for _ in rebuild.versions(in_order(list(requests_of(b)) for b in stored)):
            pass
    ours: dict[int, dict[str, int]] = {}
    for number, (_, keys) in enumerate(rebuild.state.leases.over(1 << 62)):
        for key in keys:
            lease = attached.get((key.namespace, key.name), "")
            ours.setdefault(number, {}).setdefault(lease, 0)
            ours[number][lease] += 1
    together = sum(max(counts.values()) for counts in ours.values())
    total = sum(sum(counts.values()) for counts in ours.values())
    assert total >= len(attached) - 1
    assert together / total > 0.98
