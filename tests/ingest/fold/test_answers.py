from tests.ingest.request_rows import (
    STATUS,
    body,
    created,
    history,
    patched,
    pod,
    request,
    thing,
    told,
)

MARK = {"deletionTimestamp": "2026-11-21T03:00:00Z", "deletionGracePeriodSeconds": 0}


def test_an_answer_is_the_version_byte_for_byte():
    asked = created(thing("a", 10), 0, 5)
    (version,) = history(asked)
    assert (version.body, version.known, version.change) == (asked.response, "observed", "created")


def test_first_seen_is_not_created():
    (version,) = history(patched(thing("a", 10), 0, 5))
    assert version.change == "seen"


def test_an_update_that_changed_nothing_makes_no_version():
    versions = history(created(thing("a", 10), 0, 5), patched(thing("a", 10), 10, 20))
    assert told(versions) == [("PUT", "a", 10)]


def test_an_update_that_changed_nothing_shows_an_object_never_seen_before():
    versions = history(created(thing("b", 12), 0, 5), patched(thing("a", 10), 10, 20))
    assert ("PUT", "a", 10) in told(versions)


def test_an_old_answer_about_another_object_of_that_name_is_no_version():
    versions = history(
        created(thing("a", 10, uid="new"), 0, 5), patched(thing("a", 9, uid="old"), 6, 20)
    )
    assert told(versions) == [("PUT", "a", 10)]


def test_the_last_finalizer_takes_the_object_along():
    marked = thing("a", 11, finalizers=["x"], **MARK)
    versions = history(
        created(thing("a", 10, finalizers=["x"]), 0, 5),
        request("delete", "a", marked, 10, 20),
        patched(thing("a", 11, **MARK), 30, 40),
        created(thing("b", 13), 50, 60),
    )
    assert told(versions)[2:] == [("DELETE", "a", 12), ("PUT", "b", 13)]


def test_metadata_alone_is_put_into_the_object_that_is_known():
    partial = {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": thing("a", 11, labels={"x": "y"})["metadata"],
    }
    whole = {**thing("a", 10), "data": {"k": "v"}}
    versions = history(created(whole, 0, 5), patched(partial, 10, 20, resource="configmaps"))
    assert body(versions[1])["data"] == {"k": "v"}
    assert body(versions[1])["metadata"]["labels"] == {"x": "y"}
    assert (versions[1].known, versions[1].kind) == ("derived", "ConfigMap")


def test_metadata_alone_of_an_object_never_seen_is_no_body():
    partial = {"kind": "PartialObjectMetadata", "metadata": thing("a", 11)["metadata"]}
    (version,) = history(patched(partial, 10, 20, resource="configmaps"))
    assert (version.known, version.body, version.rv) == ("partial", None, 11)


def test_a_new_uid_ends_the_object_before():
    versions = history(
        created(thing("a", 10, uid="one"), 0, 5), created(thing("a", 15, uid="two"), 10, 20)
    )
    assert [(v.type, v.uid, v.known) for v in versions] == [
        ("PUT", "one", "observed"),
        ("DELETE", "one", "derived"),
        ("PUT", "two", "observed"),
    ]


def test_a_deletion_whose_line_is_missing_shows_in_the_next_version():
    later = pod("a", 15, deletionTimestamp="2026-11-21T03:00:30Z", deletionGracePeriodSeconds=30)
    later["status"]["phase"] = "Failed"
    versions = history(created(pod("a", 10), 0, 5), patched(later, 50, 60))
    assert [(v.rv, v.known, v.inferred) for v in versions] == [
        (10, "observed", False),
        (None, "derived", True),
        (15, "observed", False),
    ]
    missed = body(versions[1])
    assert missed["metadata"]["deletionGracePeriodSeconds"] == 30
    assert missed["status"]["phase"] == "Pending"


def test_an_answer_that_shows_a_computed_version_names_its_revision():
    binding = request("create", "a", STATUS, 10, 20, subresource="binding", resource="pods",
                      body={"target": {"name": "n1"}})  # fmt: skip
    derived = history(created(pod("a", 10), 0, 5), binding)[1]
    shown = body(derived)
    shown["metadata"]["resourceVersion"] = "14"
    versions = history(created(pod("a", 10), 0, 5), binding, patched(shown, 30, 40))
    assert told(versions) == [("PUT", "a", 10), ("PUT", "a", 14)]


def test_a_review_is_never_stored():
    review = {"kind": "SubjectAccessReview", "metadata": {}, "status": {"allowed": True}}
    assert history(request("create", "", review, 0, 5, code=201)) == []


def test_a_dry_run_and_a_refusal_are_never_stored():
    dry = created(thing("a", 10), 0, 5, dry_run=True)
    assert history(dry, request("create", "b", STATUS, 0, 5, code=403)) == []


def test_a_claim_that_is_first_seen_updated_keeps_its_phase():
    claim = {
        "kind": "PersistentVolumeClaim",
        "apiVersion": "v1",
        "metadata": thing("c", 10)["metadata"],
        "status": {"phase": "Pending"},
    }
    resource = {"resource": "persistentvolumeclaims"}
    assert body(history(patched(claim, 0, 5, **resource))[0])["status"] == {"phase": "Pending"}
    assert body(history(created(claim, 0, 5, **resource))[0])["status"] == {}


def test_a_write_without_its_answer_is_known_to_have_been():
    unseen = request("create", "a", None, 0, 5, code=201)
    (version,) = history(unseen)
    assert (version.known, version.kind, version.body) == ("partial", "ConfigMap", None)
