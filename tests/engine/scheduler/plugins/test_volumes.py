"""The volume plugins."""

import pytest

from engine.testing import node, other, pod
from tests.engine.scheduler.scene import decide, verdict

STORAGE = "storage.k8s.io/v1"
UNRESOLVABLE = "UnschedulableAndUnresolvable"


def roomy(name):
    return node(name).cpu("10").memory("10Gi")


def storage_class(name, mode="WaitForFirstConsumer", provisioner="csi.example.com", **more):
    fields = {"provisioner": provisioner, "volumeBindingMode": mode, **more}
    return other(STORAGE, "StorageClass", name, **fields)


def claim(name, class_name="delayed", volume="", modes=("ReadWriteOnce",), size="1Gi"):
    spec = {
        "storageClassName": class_name,
        "accessModes": list(modes),
        "resources": {"requests": {"storage": size}},
    }
    builder = other("v1", "PersistentVolumeClaim", name, "default", spec=spec)
    if volume:
        spec["volumeName"] = volume
        builder.annotation("pv.kubernetes.io/bind-completed", "yes")
    return builder


def volume(name, class_name="delayed", on="", size="1Gi", **more):
    spec = {
        "storageClassName": class_name,
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": size},
        **more,
    }
    if on:
        host = {"key": "kubernetes.io/hostname", "operator": "In", "values": [on]}
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [host]}]}}
    return other("v1", "PersistentVolume", name, spec=spec, status={"phase": "Available"})


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ({}, (UNRESOLVABLE, 'persistentvolumeclaim "c" not found')),
        (
            {"claims": [claim("c", "now")], "storage_classes": [storage_class("now", "Immediate")]},
            (UNRESOLVABLE, "pod has unbound immediate PersistentVolumeClaims"),
        ),
        (
            {"claims": [claim("c", volume="gone")]},
            (
                UNRESOLVABLE,
                "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
            ),
        ),
        (
            {"claims": [claim("c", volume="v")], "volumes": [volume("v", on="m")]},
            (UNRESOLVABLE, "node(s) didn't match PersistentVolume's node affinity"),
        ),
        ({"claims": [claim("c", volume="v")], "volumes": [volume("v", on="n")]}, ("Success",)),
        (
            {"claims": [claim("c")], "storage_classes": [storage_class("delayed")]},
            ("Success",),
        ),
        (
            {
                "claims": [claim("c")],
                "storage_classes": [
                    storage_class("delayed", provisioner="kubernetes.io/no-provisioner")
                ],
                "volumes": [volume("small", size="1Mi"), volume("far", on="m")],
            },
            (UNRESOLVABLE, "node(s) didn't find available persistent volumes to bind"),
        ),
        (
            {
                "claims": [claim("c")],
                "storage_classes": [
                    storage_class("delayed", provisioner="kubernetes.io/no-provisioner")
                ],
                "volumes": [volume("v", on="n")],
            },
            ("Success",),
        ),
    ],
)
def test_a_claim_needs_a_volume_that_is_or_can_be_on_the_node(objects, expected):
    assert verdict("VolumeBinding", pod("a").claim("c"), roomy("n"), **objects) == expected


def test_two_claims_do_not_get_the_same_volume():
    asked = pod("a").claim("c1").claim("c2")
    classes = [storage_class("delayed", provisioner="kubernetes.io/no-provisioner")]
    objects = {"claims": [claim("c1"), claim("c2")], "storage_classes": classes}
    one, two = [volume("v1")], [volume("v1"), volume("v2")]
    assert verdict("VolumeBinding", asked, roomy("n"), volumes=one, **objects)[0] == UNRESOLVABLE
    assert verdict("VolumeBinding", asked, roomy("n"), volumes=two, **objects) == ("Success",)


@pytest.mark.parametrize(("capacity", "enough"), [("1Gi", True), ("1Mi", False)])
def test_a_driver_that_tells_its_capacity_needs_enough_of_it_for_the_node(capacity, enough):
    host = {"matchLabels": {"kubernetes.io/hostname": "n"}}
    objects = {
        "claims": [claim("c")],
        "storage_classes": [storage_class("delayed")],
        "csi_drivers": [
            other(STORAGE, "CSIDriver", "csi.example.com", spec={"storageCapacity": True})
        ],
        "csi_storage_capacities": [
            other(
                STORAGE, "CSIStorageCapacity", "s", "kube-system",
                storageClassName="delayed", capacity=capacity, nodeTopology=host,
            )
        ],
    }  # fmt: skip
    asked = pod("a").claim("c")
    reason = "node(s) did not have enough free storage"
    expected = ("Success",) if enough else (UNRESOLVABLE, reason)
    assert verdict("VolumeBinding", asked, roomy("n"), **objects) == expected


def test_a_generic_ephemeral_volume_waits_for_its_claim_and_takes_no_other_pods():
    asked = pod("a").volume(ephemeral={})
    assert verdict("VolumeBinding", asked, roomy("n")) == (
        UNRESOLVABLE,
        'waiting for ephemeral volume controller to create the persistentvolumeclaim "a-v0"',
    )
    foreign = [claim("a-v0").owned_by(pod("b"))]
    assert verdict("VolumeBinding", asked, roomy("n"), claims=foreign) == (
        UNRESOLVABLE,
        "PVC default/a-v0 was not created for pod default/a (pod is not owner)",
    )


@pytest.mark.parametrize(
    ("labels", "fits"),
    [({"zone": "a"}, True), ({"zone": "b"}, False), ({"zone": "b__a"}, True), ({}, None)],
)
def test_a_volume_is_used_in_its_zones(labels, fits):
    bound = volume("v")
    for name, value in labels.items():
        bound.label(f"topology.kubernetes.io/{name}", value)
    found = verdict(
        "VolumeZone",
        pod("a").claim("c"),
        roomy("n").zone("a"),
        claims=[claim("c", volume="v")],
        volumes=[bound],
    )
    reason = (UNRESOLVABLE, "node(s) had no available volume zone")
    assert found == (None if fits is None else ("Success",) if fits else reason)


def test_labels_of_old_zones_match_the_new_ones_of_nodes():
    bound = volume("v").label("failure-domain.beta.kubernetes.io/zone", "a")
    objects = {"claims": [claim("c", volume="v")], "volumes": [bound]}
    asked = pod("x").claim("c")
    assert verdict("VolumeZone", asked, roomy("n").zone("a"), **objects) == ("Success",)
    assert verdict("VolumeZone", asked, roomy("n").zone("b"), **objects)[0] == UNRESOLVABLE


@pytest.mark.parametrize(
    ("source", "shared", "conflict"),
    [
        ({"gcePersistentDisk": {"pdName": "d"}}, False, True),
        ({"gcePersistentDisk": {"pdName": "d"}}, True, False),
        ({"awsElasticBlockStore": {"volumeID": "d"}}, True, True),
        ({"iscsi": {"iqn": "d"}}, False, True),
        ({"rbd": {"monitors": ["m1"], "image": "i", "pool": "p"}}, False, True),
        ({"rbd": {"monitors": ["m1"], "image": "i", "pool": "p"}}, True, False),
    ],
)
def test_a_disk_is_shared_by_readers_only_and_by_none_on_ebs(source, shared, conflict):
    [(kind, disk)] = source.items()
    mounted = {kind: disk | {"readOnly": shared}}
    pods = [pod("r").node("n").volume(**mounted)]
    found = verdict("VolumeRestrictions", pod("a").volume(**mounted), roomy("n"), pods)
    assert found == (
        ("Unschedulable", "node(s) had no available disk") if conflict else ("Success",)
    )


def test_a_claim_for_one_pod_is_taken_from_a_less_important_one():
    objects = {
        "claims": [claim("c", volume="v", modes=["ReadWriteOncePod"])],
        "volumes": [volume("v")],
    }
    pods = [pod("r").node("n1").claim("c")]
    found = decide(pod("a").priority(1).claim("c"), [roomy("n1"), roomy("n2")], pods, **objects)
    assert found.message == (
        "0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with "
        "ReadWriteOncePod access mode already in-use by another pod."
    )
    assert [candidate.node for candidate in found.preemption.best] == ["n1"]


def csi_volume(name, driver="csi.example.com"):
    return volume(name, csi={"driver": driver, "volumeHandle": name})


def test_a_driver_attaches_no_more_volumes_than_it_can_and_each_once():
    limits = other(
        STORAGE, "CSINode", "n",
        spec={"drivers": [{"name": "csi.example.com", "allocatable": {"count": 2}}]},
    )  # fmt: skip
    names = ("c1", "c2", "c3")
    objects = {
        "csi_nodes": [limits],
        "claims": [claim(name, volume=f"v-{name}") for name in names],
        "volumes": [csi_volume(f"v-{name}") for name in names],
    }
    pods = [pod("r").node("n").claim("c1"), pod("s").node("n").claim("c2")]
    shared, new = pod("a").claim("c2"), pod("a").claim("c3")
    assert verdict("NodeVolumeLimits", shared, roomy("n"), pods, **objects) == ("Success",)
    assert verdict("NodeVolumeLimits", new, roomy("n"), pods, **objects) == (
        "Unschedulable",
        "node(s) exceed max volume count",
    )
    left_behind = other(
        STORAGE, "VolumeAttachment", "x",
        spec={
            "attacher": "csi.example.com",
            "nodeName": "n",
            "source": {"persistentVolumeName": "v-c2"},
        },
    )  # fmt: skip
    objects["volume_attachments"] = [left_behind]
    assert verdict("NodeVolumeLimits", new, roomy("n"), pods[:1], **objects)[0] == "Unschedulable"


def test_volumes_that_a_driver_took_over_count_as_the_drivers():
    limits = other(
        STORAGE, "CSINode", "n",
        spec={"drivers": [{"name": "ebs.csi.aws.com", "allocatable": {"count": 1}}]},
    )  # fmt: skip
    pods = [pod("r").node("n").volume(awsElasticBlockStore={"volumeID": "d1"})]
    asked = pod("a").volume(awsElasticBlockStore={"volumeID": "d2"})
    assert verdict("NodeVolumeLimits", asked, roomy("n"), pods, csi_nodes=[limits]) == (
        "Unschedulable",
        "node(s) exceed max volume count",
    )
    assert verdict("NodeVolumeLimits", asked, roomy("n"), pods) == ("Success",)
