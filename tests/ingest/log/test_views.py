"""The views: tiny histories, queries and the rows that must come."""

from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from ingest.log.connection import views_script
from ingest.log.resource_columns import COLUMNS
from ingest.log.views import resource_views
from tests.ingest.log.log_rows import event, version
from tests.ingest.log.opened import Row, Written, ask, gone, put, write


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    return tmp_path / "cluster"


def rows(written: Written, query: str, at: str | None = None) -> list[tuple[Any, ...]]:
    with written.open(at) as log:
        log.discover()
        return ask(log, query)


def test_a_resource_view_holds_its_own_objects_that_are_in_force(cluster: Path) -> None:
    written = write(
        cluster,
        [
            put(1, {"metadata": {"name": "a"}}),
            put(2, {"metadata": {"name": "b"}}),
            put(3, {}, api_group="apps", resource="deployments", kind="Deployment"),
            gone(4, "a"),
        ],
    )
    assert rows(written, "SELECT name FROM pods") == [("b",)]
    assert rows(written, "SELECT name FROM pods ORDER BY name", "rv:3") == [("a",), ("b",)]
    assert rows(written, "SELECT kind, name FROM objects ORDER BY kind") == [
        ("Deployment", "web"),
        ("Pod", "b"),
    ]


def test_one_query_compares_two_times(cluster: Path) -> None:
    written = write(
        cluster,
        [
            put(1, {"status": {"phase": "Pending"}}),
            put(2, {"status": {"phase": "Running"}}),
        ],
    )
    assert rows(
        written,
        "SELECT b.phase, a.phase FROM pods_at('rv:1') b JOIN pods_at('now') a USING (uid)",
    ) == [("Pending", "Running")]


def test_a_history_view_tells_from_when_to_when(cluster: Path) -> None:
    written = write(
        cluster,
        [
            put(1, {"status": {"phase": "Pending"}}, change="created"),
            put(2, {"status": {"phase": "Running"}}),
            gone(3),
        ],
    )
    assert rows(
        written,
        "SELECT phase, epoch_us(valid_from), epoch_us(valid_to), change FROM pods_history "
        "ORDER BY position",
    ) == [("Pending", 1, 2, "created"), ("Running", 2, 3, "updated")]


def test_nothing_is_known_of_a_body_that_was_not_seen(cluster: Path) -> None:
    written = write(
        cluster,
        [
            version(1, known="partial", object=None),
            version(
                2,
                known="partial",
                object=None,
                api_group="apps",
                resource="deployments",
                kind="Deployment",
            ),
        ],
    )
    assert rows(
        written,
        "SELECT known, phase, ready, restarts, is_ready, cpu_request, labels, spec FROM pods",
    ) == [("partial", None, None, None, None, None, None, None)]
    assert rows(written, "SELECT desired, ready FROM deployments") == [(None, None)]


def test_labels_owner_and_bodies_are_read(cluster: Path) -> None:
    body = {
        "metadata": {
            "labels": {"app": "web"},
            "creationTimestamp": "2026-11-21T03:00:00Z",
            "ownerReferences": [
                {"kind": "Other", "name": "x"},
                {"kind": "ReplicaSet", "name": "web-1", "uid": "u", "controller": True},
            ],
        },
        "spec": {"nodeName": "n1"},
    }
    assert rows(
        write(cluster, [put(1, body)]),
        "SELECT labels['app'], owner, spec->>'$.nodeName', node, object->>'$.metadata.name', "
        "epoch(created)::BIGINT FROM pods",
    ) == [("web", "ReplicaSet/web-1", "n1", "n1", "web", 1795230000)]


def test_zeros_that_kubernetes_leaves_out_are_zeros(cluster: Path) -> None:
    deployment = put(
        1,
        {"spec": {"replicas": 3}, "status": {"replicas": 3}},
        api_group="apps",
        resource="deployments",
        kind="Deployment",
    )
    assert rows(
        write(cluster, [deployment]), "SELECT desired, current, ready, paused FROM deployments"
    ) == [(3, 3, 0, False)]


def test_a_node_shows_its_capacity_in_numbers_and_its_taints(cluster: Path) -> None:
    node = {
        "metadata": {"name": "n1"},
        "spec": {
            "taints": [
                {"key": "a", "value": "b", "effect": "NoSchedule"},
                {"key": "c", "effect": "NoExecute"},
            ]
        },
        "status": {
            "capacity": {"cpu": "4", "memory": "8Gi"},
            "allocatable": {"cpu": "3900m"},
            "conditions": [{"type": "Ready", "status": "True"}],
            "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
        },
    }
    assert rows(
        write(cluster, [put(1, node, resource="nodes", kind="Node", namespace=None)]),
        "SELECT ready, cpu_capacity, memory_capacity, cpu_allocatable, taints, internal_ip "
        "FROM nodes",
    ) == [("True", 4.0, 8589934592.0, 3.9, ["a=b:NoSchedule", "c:NoExecute"], "10.0.0.1")]


def test_events_of_both_spellings_stand_in_one_view(cluster: Path) -> None:
    core = {
        "message": "hi",
        "involvedObject": {"name": "a"},
        "count": 2,
        "source": {"component": "x"},
    }
    new = {
        "note": "ho",
        "regarding": {"name": "b"},
        "series": {"count": 5},
        "reportingController": "y",
    }
    history = [
        put(number, {"metadata": {"name": f"e{number}"}, **body}, resource="events", kind="Event")
        for number, body in enumerate((core, new), 1)
    ]
    assert rows(
        write(cluster, history),
        "SELECT message, about_name, count, component FROM k8s_events ORDER BY name",
    ) == [("hi", "a", 2, "x"), ("ho", "b", 5, "y")]


def custom(position: int, group: str, resource: str, **columns: Any) -> Row:
    return put(
        position,
        {"spec": {"size": 3}},
        **{"api_group": group, "resource": resource, "kind": "Custom", **columns},
    )


def test_a_custom_resource_has_its_views(cluster: Path) -> None:
    written = write(cluster, [custom(1, "example.com", "widgets")])
    assert rows(written, "SELECT spec->>'$.size', namespace FROM widgets") == [("3", "default")]
    assert rows(written, "SELECT count(*) FROM widgets_at('now')") == [(1,)]
    assert rows(written, "SELECT count(*) FROM widgets_history") == [(1,)]


@pytest.mark.parametrize(
    ("group", "resource"),
    [
        ("serving.example.com", "services"),  # a built-in resource
        ("example.com", "Pods"),
        ("example.com", "history"),  # a view of ours
        ("example.com", "quantity"),  # a macro
        ("example.com", "events"),
    ],
)
def test_a_custom_name_that_means_something_else_comes_with_its_group(
    cluster: Path, group: str, resource: str
) -> None:
    written = write(cluster, [custom(1, group, resource)])
    assert rows(written, f'SELECT name FROM "{resource}.{group}"') == [("web",)]


def test_custom_resources_of_one_name_come_with_their_groups(cluster: Path) -> None:
    written = write(cluster, [custom(1, "a.io", "widgets"), custom(2, "b.io", "widgets")])
    assert rows(written, 'SELECT count(*) FROM "widgets.a.io"') == [(1,)]
    assert rows(written, 'SELECT count(*) FROM "widgets.b.io"') == [(1,)]


def test_a_hostile_name_stays_a_name(cluster: Path) -> None:
    hostile = """x"; DROP VIEW pods; --'"""
    written = write(cluster, [custom(1, "e'v\"il.io", hostile)])
    quoted = hostile.replace('"', '""')
    assert rows(written, f'SELECT name FROM "{quoted}"') == [("web",)]


WRONG = [
    None,
    "text",
    7,
    [],
    [1, None, {"state": 5}],
    {"a": {"b": []}},
    [{"type": "Ready", "state": {"terminated": {"exitCode": "x"}}}],
]


def test_bodies_that_are_nothing_like_kubernetes_give_nulls_and_no_errors(cluster: Path) -> None:
    names = ("metadata", "spec", "status", "data", "involvedObject", "endpoints", "type", "count")
    bodies: list[Any] = [*WRONG, *(dict.fromkeys(names, wrong) for wrong in WRONG)]
    for key in ("containers", "containerStatuses", "conditions", "taints", "ports", "rules"):
        bodies += [{"spec": {key: wrong}, "status": {key: wrong}} for wrong in WRONG]
    bodies += [{"metadata": {"labels": wrong, "ownerReferences": wrong}} for wrong in WRONG]
    kinds = [view.type for view in resource_views(()) if view.type and view.type.key in COLUMNS]
    history = [
        version(
            position,
            name=f"o{position}",
            api_group=type_.group,
            resource=type_.name,
            object=orjson.dumps(body).decode() if position % 50 else '{"torn',
        )
        for position, (type_, body) in enumerate(
            ((type_, body) for type_ in kinds for body in bodies), 1
        )
    ]
    with write(cluster / "more", history, segment_rows=10_000).open() as log:
        for type_ in kinds:
            name = "k8s_events" if type_.name == "events" else type_.name
            found = ask(log, f"SELECT count(*) FROM (SELECT COLUMNS(*)::VARCHAR FROM {name})")
            assert found == [(len(bodies),)], name
        ask(log, "SELECT COLUMNS(*)::VARCHAR FROM pod_lifecycles")
        ask(log, "SELECT COLUMNS(*)::VARCHAR FROM pod_phases")


def test_a_request_that_was_answered_later_is_one_event(cluster: Path) -> None:
    log = [
        event("a", 1, stage="RequestReceived", code=None, answered=None),
        event("a", 1),
        event("b", 2, stage="RequestReceived", code=None, answered=None),
        event("c", 3),
    ]
    placements = [
        {"audit_id": id_, "received": at, "position": at, "rv": at + 10, "outcome": outcome}
        for id_, at, outcome in (("a", 1, "written"), ("b", 2, "unanswered"), ("c", 3, "refused"))
    ]
    written = write(cluster, [put(1, {})], log, placements)
    assert rows(
        written, "SELECT audit_id, stage, position, rv, outcome FROM events ORDER BY position"
    ) == [
        ("a", "ResponseComplete", 1, 11, "written"),
        ("b", "RequestReceived", 2, 12, "unanswered"),
        ("c", "ResponseComplete", 3, 13, "refused"),
    ]


def test_a_folder_name_with_wildcards_and_quotes_is_only_a_name(tmp_path: Path) -> None:
    written = write(tmp_path / "a'b[c]*?=1", [put(1, {}), put(2, {}), put(3, {})], segment_rows=2)
    assert rows(written, "SELECT count(*) FROM pods_history") == [(3,)]
    assert rows(written, "SELECT count(*) FROM pods_at('rv:2')") == [(1,)]


def test_the_script_gives_plain_duckdb_the_same_views(
    cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = [
        *(
            put(number, {"metadata": {"name": f"p{number}"}, "status": {"phase": "Running"}})
            for number in range(1, 9)
        ),
        gone(9, "p3"),
        custom(10, "example.com", "widgets"),
    ]
    written = write(cluster, history, [event("a", 1)], segment_rows=3)
    script = views_script(written.folder, written.files)
    assert str(cluster.parent) not in script
    monkeypatch.chdir(cluster)
    with duckdb.connect(config={"autoload_known_extensions": "false"}) as plain:
        plain.execute(script)
        for query in (
            "SELECT name, phase, rv FROM pods ORDER BY name",
            "SELECT name FROM pods_at(make_timestamptz(5::BIGINT)) ORDER BY name",
            "SELECT name, position, epoch_us(valid_to) FROM pods_history ORDER BY position",
            "SELECT name, ended FROM pod_lifecycles ORDER BY name",
            "SELECT name FROM widgets",
            "SELECT audit_id FROM events",
        ):
            assert plain.execute(query).fetchall() == rows(written, query), query


def test_every_view_can_be_made(cluster: Path) -> None:
    with write(cluster, [custom(1, "example.com", "widgets")]).open() as log:
        log.prepare_all()
        made = {name for (name,) in ask(log, "SELECT view_name FROM duckdb_views()")}
    assert {"pods", "pods_history", "widgets", "pod_phases", "events", "k8s_events"} <= made
