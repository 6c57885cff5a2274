"""Metadata of objects that are created and updated."""

import pytest

from engine.apiserver.validation.metadata import (
    validate_common_meta,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import name_is_dns_subdomain

GOOD = {"name": "a", "namespace": "default", "resourceVersion": "1"}


def created(**fields):
    metadata = {**GOOD, **fields}
    return [str(error) for error in validate_object_meta(metadata, True, name_is_dns_subdomain)]


def updated(new, old):
    return [str(e) for e in validate_object_meta_update({**GOOD, **new}, {**GOOD, **old})]


def test_good_metadata_is_valid():
    assert created(labels={"a": "b"}, finalizers=["example.com/a"], annotations={"A": "b"}) == []


def test_a_name_is_required():
    assert created(name="") == ["metadata.name: Required value: name or generateName is required"]


def test_a_namespace_is_required_of_what_has_one_and_forbidden_of_others():
    assert created(namespace="") == ["metadata.namespace: Required value"]
    (error,) = validate_object_meta(GOOD, False, name_is_dns_subdomain)
    assert str(error) == "metadata.namespace: Forbidden: not allowed on this type"


@pytest.mark.parametrize(
    ("owner", "errors"),
    [
        ({"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "1"}, []),
        (
            {"kind": "Pod", "name": "a", "uid": "1"},
            ['metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty'],
        ),
        (
            {"apiVersion": "v1", "kind": "Event", "name": "a", "uid": "1"},
            [
                (
                    "metadata.ownerReferences: Invalid value: "
                    '{"apiVersion":"v1","kind":"Event","name":"a","uid":"1"}: '
                    "/v1, Kind=Event is disallowed from being an owner"
                )
            ],
        ),
    ],
)
def test_an_owner_is_named_whole_and_is_no_event(owner, errors):
    assert created(ownerReferences=[owner]) == errors


def test_an_api_version_of_three_parts_hides_the_kind_too():
    owner = {"apiVersion": "a/b/c", "kind": "Pod", "name": "a", "uid": "1"}
    fields = [error.partition(":")[0] for error in created(ownerReferences=[owner])]
    assert fields == [f"metadata.ownerReferences.{name}" for name in ("apiVersion", "kind")]


def test_a_finalizer_of_a_built_in_kind_has_a_domain():
    assert created(finalizers=["mine"]) == [
        (
            'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard '
            "finalizer name "
            "nor is it fully qualified"
        )
    ]
    metadata = {**GOOD, "finalizers": ["mine"]}
    assert validate_common_meta(metadata, True, name_is_dns_subdomain) == []


def test_two_ways_of_deletion_exclude_each_other():
    assert created(finalizers=["orphan", "foregroundDeletion"]) == [
        (
            'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: '
            "finalizer orphan and foregroundDeletion cannot be both set"
        )
    ]


def test_annotations_have_a_limit_together():
    assert created(annotations={"a": "x" * 262143}) == []
    assert created(annotations={"a": "x" * 262144}) == [
        "metadata.annotations: Too long: may not be more than 262144 bytes"
    ]


def test_a_manager_is_short_and_printable():
    entries = [{"operation": "Update", "manager": "a\x07"}, {"operation": "x", "manager": "é" * 65}]
    assert created(managedFields=entries) == [
        (
            'metadata.managedFields[0].manager: Invalid value: "a\\a": '
            "invalid character U+0007 (at position 1)"
        ),
        'metadata.managedFields[1].operation: Invalid value: "x": must be `Apply` or `Update`',
        "metadata.managedFields[1].manager: Too long: may not be more than 128 bytes",
    ]


def test_an_update_says_its_revision_and_keeps_what_is_fixed():
    assert updated({"resourceVersion": "", "uid": "2"}, {"uid": "1"}) == [
        'metadata.resourceVersion: Invalid value: "": must be specified for an update',
        'metadata.uid: Invalid value: "2": field is immutable',
    ]


def test_what_is_being_deleted_gets_no_new_finalizers():
    time = "2026-01-01T00:00:00Z"
    assert updated(
        {"deletionTimestamp": time, "finalizers": ["a/b", "a/a"]},
        {"deletionTimestamp": time, "finalizers": []},
    ) == [
        (
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being "
            'deleted, found new finalizers []string{"a/a", "a/b"}'
        )
    ]
