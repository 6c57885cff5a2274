from tests.ingest.request_rows import STATUS, body, created, history, patched, request, thing, told


def event(**changes):
    return {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": "e", "namespace": "shop"},
        "involvedObject": {"uid": "p"},
        "count": 1,
        "type": "Normal",
        **changes,
    }


def seen(rv, managers=1, **changes):
    metadata = {
        "name": "e",
        "namespace": "shop",
        "uid": "u",
        "resourceVersion": str(rv),
        "creationTimestamp": "2026-11-21T03:00:00Z",
        "managedFields": [{"manager": "kubelet", "time": "2026-11-21T03:09:00Z"}] * managers,
    }
    return {**event(**changes), "metadata": metadata, "eventTime": None}


def timed_out():
    return request("create", "e", STATUS, 0, 10, code=504, resource="events", body=event())


def test_an_event_whose_creation_timed_out_is_computed_from_its_first_update():
    counted = patched(seen(20, count=2, series={"count": 2}), 30, 40, resource="events")
    versions = history(timed_out(), counted)
    assert [(v.change, v.known) for v in versions] == [
        ("created", "derived"),
        ("updated", "observed"),
    ]
    first = body(versions[0])
    assert (first["count"], "series" in first, first["eventTime"]) == (1, False, None)
    assert first["metadata"]["managedFields"][0]["time"] == "2026-11-21T03:00:00Z"


def test_what_a_second_author_left_of_the_first_is_not_guessed():
    versions = history(timed_out(), patched(seen(20, 2), 30, 40, resource="events"))
    assert [v.known for v in versions] == ["partial", "observed"]


def test_a_creation_that_timed_out_and_left_nothing_is_no_version():
    assert history(timed_out()) == []


def test_a_creation_that_was_repeated_is_one_version():
    again = created(thing("a", 12), 30, 40)
    failed = request("create", "a", STATUS, 0, 10, code=504, body=thing("a"))
    assert told(history(failed, again)) == [("PUT", "a", 12)]
