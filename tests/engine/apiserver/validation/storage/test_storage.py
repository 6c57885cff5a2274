"""Volumes, claims, classes of storage and their drivers."""

from tests.engine.apiserver.validating import changed, refused, refused_update

VOLUME = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "spec": {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/data"},
    },
}
CLAIM = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "spec": {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "2Gi"}},
        "storageClassName": "fast",
    },
}
CLASS = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "a/b"}
DRIVER = {"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "spec": {}}
CSI_NODE = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "CSINode",
    "spec": {"drivers": [{"name": "a.example.com", "nodeID": "n", "topologyKeys": ["zone"]}]},
}
ATTACHMENT = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "VolumeAttachment",
    "spec": {"attacher": "a", "nodeName": "n", "source": {"persistentVolumeName": "v"}},
}


def bound(claim, capacity="1Gi"):
    return {**claim, "status": {"phase": "Bound", "capacity": {"storage": capacity}}}


def test_what_is_right_is_taken():
    for body in (VOLUME, CLAIM, CLASS, DRIVER, CSI_NODE, ATTACHMENT):
        assert refused(body) == []


def test_a_volume_on_a_node_says_on_which():
    body = changed(changed(VOLUME, "spec.hostPath", None), "spec.local", {"path": "/a/../b"})
    assert refused(body) == [
        "spec.local.path: Invalid value: \"/a/../b\": must not contain '..'",
        "spec.nodeAffinity: Required value: Local volume requires node affinity",
    ]


def test_a_whole_disk_is_not_recycled():
    body = changed(VOLUME, "spec.hostPath.path", "//")
    assert refused(changed(body, "spec.persistentVolumeReclaimPolicy", "Recycle")) == [
        (
            "spec.persistentVolumeReclaimPolicy: Forbidden: "
            "may not be 'recycle' for a hostPath mount of '/'"
        )
    ]


def test_what_a_volume_is_made_from_stays_and_the_difference_is_shown():
    (found,) = refused_update(VOLUME, changed(VOLUME, "spec.hostPath.path", "/other"))
    head, _, lines = found.partition("\n")
    assert head == (
        "spec.persistentvolumesource: Forbidden: "
        "spec.persistentvolumesource is immutable after creation"
    )
    assert '-  "Path": "/data",\n+  "Path": "/other",\n' in lines


def test_an_affinity_to_nodes_may_come_but_not_change():
    terms = {"matchExpressions": [{"key": "a", "operator": "Exists"}]}
    placed = changed(VOLUME, "spec.nodeAffinity.required.nodeSelectorTerms", [terms])
    assert refused_update(VOLUME, placed) == []
    (found,) = refused_update(placed, VOLUME)
    assert found == "nodeAffinity: Invalid value: null: field is immutable"


def test_a_claim_is_bound_once():
    first = changed(CLAIM, "spec.volumeName", "v")
    assert refused_update(CLAIM, first) == []
    (found,) = refused_update(first, changed(CLAIM, "spec.volumeName", "w"))
    assert found.startswith("spec: Forbidden: spec is immutable after creation except")


def test_only_a_bound_claim_grows():
    more = changed(CLAIM, "spec.resources.requests.storage", "3Gi")
    (found,) = refused_update(CLAIM, more)
    assert found.startswith("spec: Forbidden: spec is immutable after creation except")


def test_a_claim_that_had_no_class_may_get_one():
    old = changed(CLAIM, "spec.storageClassName", None)
    assert refused_update(old, CLAIM) == []


def test_what_a_class_stands_for_stays():
    assert refused_update(CLASS, changed(CLASS, "parameters", {"a": "b"})) == [
        'parameters: Invalid value: {"a":"b"}: field is immutable'
    ]
    assert refused_update(CLASS, changed(CLASS, "allowVolumeExpansion", True)) == []


def test_two_terms_of_topology_are_not_the_same():
    term = {"matchLabelExpressions": [{"key": "zone", "values": ["a", "b"]}]}
    assert refused(changed(CLASS, "allowedTopologies", [term, term])) == [
        'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'
    ]


def test_how_many_volumes_a_node_takes_may_change():
    new = changed(CSI_NODE, "spec.drivers.0.allocatable", {"count": 5})
    assert refused_update(CSI_NODE, new) == []
    found = refused_update(CSI_NODE, changed(CSI_NODE, "spec.drivers.0.nodeID", "m"))
    assert found == [
        (
            'spec.drivers: Invalid value: {"Name":"a.example.com","NodeID":"m",'
            '"TopologyKeys":["zone"],"Allocatable":null}: field is immutable'
        )
    ]


def test_a_token_for_a_driver_lasts_ten_minutes():
    requests = [{"audience": "a", "expirationSeconds": 599}, {"audience": "a"}]
    assert refused(changed(DRIVER, "spec.tokenRequests", requests)) == [
        (
            "spec.tokenRequests[0].expirationSeconds: Invalid value: 599: "
            "may not specify a duration less than 10 minutes"
        ),
        'spec.tokenRequests[1].audience: Duplicate value: "a"',
    ]


def test_an_attachment_is_of_one_volume():
    assert refused(changed(ATTACHMENT, "spec.source", {})) == [
        (
            "spec.source: Required value: "
            "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
        )
    ]
