"""What each plugin asks for, and which of it wakes a pod that it rejected."""

import pytest

from engine.scheduler.events import UPDATE, Action, Change, ClusterEvent, Resource
from engine.scheduler.plugins.registry import MAKERS
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import Objects
from engine.testing import HOSTNAME, ZONE, node, other, pod

WAITING = pod("a")
WEB = {"app": "web"}


def wakes(plugin, asked, resource, action, old=None, new=None):
    """Whether the event wakes the pod; None if the plugin does not ask for it."""
    change = Change(*(each and each.obj for each in (old, new)), Objects())
    event = ClusterEvent(resource, action)
    asked_for = [e for e in MAKERS[plugin]({}).events() if e.event.matches(event)]
    if not asked_for:
        return None
    return any(e.hint is None or e.hint(PodInfo(asked.obj), change) for e in asked_for)


def after_node(plugin, asked, old, new, action=None):
    action = action or (Action.ADD if old is None else Action.DELETE)
    return wakes(plugin, asked, Resource.NODE, action, old, new)


def after_deletion(plugin, asked, gone):
    return wakes(plugin, asked, Resource.ASSIGNED_POD, Action.DELETE, gone)


def claim(name, namespace="default"):
    return other("v1", "PersistentVolumeClaim", name, namespace)


def test_every_plugin_that_rejects_pods_says_what_wakes_them():
    anything = ClusterEvent(Resource.ANY, Action.ADD | Action.DELETE | UPDATE)
    unspecific = {
        name for name, make in MAKERS.items() if [e.event for e in make({}).events()] == [anything]
    }
    assert unspecific == {
        "PrioritySort", "NodeResourcesBalancedAllocation", "ImageLocality", "DefaultBinder"
    }  # fmt: skip


@pytest.mark.parametrize("plugin", ["NodeName", "NodePorts", "VolumeRestrictions", "VolumeZone"])
def test_a_new_node_is_always_worth_a_try_for(plugin):
    assert after_node(plugin, WAITING, None, node("n")) is True


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, node("n"), True),
        (None, node("n").cordoned(), False),
        (node("n").cordoned(), node("n"), True),
        (node("n"), node("n").taint("k", "NoSchedule"), False),
    ],
)
def test_node_unschedulable_waits_for_a_node_that_is_not_cordoned(old, new, expected):
    action = Action.ADD if old is None else Action.UPDATE_NODE_TAINT
    assert after_node("NodeUnschedulable", WAITING, old, new, action) is expected


@pytest.mark.parametrize(
    ("who", "key", "expected"),
    [
        ("a", "node.kubernetes.io/unschedulable", True),
        ("a", "other", False),
        ("b", "node.kubernetes.io/unschedulable", False),
    ],
)
def test_node_unschedulable_waits_for_the_pods_own_toleration(who, key, expected):
    found = wakes(
        "NodeUnschedulable", WAITING, Resource.UNSCHEDULED_POD, Action.UPDATE_POD_TOLERATION,
        pod(who), pod(who).tolerates(key),
    )  # fmt: skip
    assert found is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, node("n"), True),
        (None, node("n").taint("k", "NoExecute"), False),
        (None, node("n").taint("k", "PreferNoSchedule"), True),
        (node("n").taint("k", "NoSchedule"), node("n"), True),
        (node("n"), node("n").taint("k", "PreferNoSchedule"), False),
    ],
)
def test_taint_toleration_waits_for_a_node_that_the_pod_tolerates_now(old, new, expected):
    action = Action.ADD if old is None else Action.UPDATE_NODE_TAINT
    assert after_node("TaintToleration", WAITING, old, new, action) is expected


@pytest.mark.parametrize(("who", "expected"), [("a", True), ("b", False)])
def test_taint_toleration_waits_for_the_pods_own_toleration(who, expected):
    found = wakes(
        "TaintToleration", WAITING, Resource.UNSCHEDULED_POD, Action.UPDATE_POD_TOLERATION,
        pod(who), pod(who).tolerates("k"),
    )  # fmt: skip
    assert found is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, node("n").label("disk", "ssd"), True),
        (None, node("n"), False),
        (node("n"), node("n").label("disk", "ssd"), True),
        (node("n").label("disk", "ssd"), node("n").label("disk", "ssd").label("x", "y"), False),
    ],
)
def test_node_affinity_waits_for_a_node_that_matches_now(old, new, expected):
    asked = pod("a").node_selector("disk", "ssd")
    action = Action.ADD if old is None else Action.UPDATE_NODE_LABEL
    assert after_node("NodeAffinity", asked, old, new, action) is expected


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (pod("b").node("n").host_port(80), True),
        (pod("b").node("n").host_port(81), False),
        (pod("b").node("n"), False),
        (pod("b").host_port(80), False),
        (pod("b").host_port(80).nominated("n"), True),
    ],
)
def test_node_ports_waits_for_a_pod_that_took_its_port(gone, expected):
    assert after_deletion("NodePorts", pod("a").host_port(80), gone) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, node("n").cpu("2"), True),
        (None, node("n").cpu("1"), False),
        (node("n").cpu("1"), node("n").cpu("2"), True),
        (node("n").cpu("2"), node("n").cpu("2").memory("1Gi"), False),
        (node("n").cpu("2"), node("n").cpu("2").allocatable(pods="200"), True),
    ],
)
def test_fit_waits_for_a_node_with_more_of_what_is_requested(old, new, expected):
    action = Action.ADD if old is None else Action.UPDATE_NODE_ALLOCATABLE
    assert after_node("NodeResourcesFit", pod("a").cpu("2"), old, new, action) is expected


@pytest.mark.parametrize(
    ("gone", "expected"),
    [(pod("b").node("n"), True), (pod("b").nominated("n"), True), (pod("b"), False)],
)
def test_fit_waits_for_a_pod_that_goes_from_a_node(gone, expected):
    assert after_deletion("NodeResourcesFit", pod("a").cpu("2"), gone) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (pod("b").node("n").cpu("2"), pod("b").node("n").cpu("1"), True),
        (pod("b").node("n").memory("2Gi"), pod("b").node("n").memory("1Gi"), False),
        (pod("b").cpu("2"), pod("b").cpu("1"), False),
        (pod("a").cpu("2"), pod("a").cpu("1"), True),
    ],
)
def test_fit_waits_for_a_pod_that_requests_less(old, new, expected):
    resource = Resource.ASSIGNED_POD if new.spec.get("nodeName") else Resource.UNSCHEDULED_POD
    action = Action.UPDATE_POD_SCALE_DOWN
    found = wakes("NodeResourcesFit", pod("a").cpu("2"), resource, action, old, new)
    assert found is expected


@pytest.mark.parametrize("plugin", ["VolumeRestrictions", "NodeVolumeLimits", "VolumeZone"])
@pytest.mark.parametrize(
    ("new", "expected"), [(claim("c"), True), (claim("d"), False), (claim("c", "x"), False)]
)
def test_volume_plugins_wait_for_the_pods_own_claim(plugin, new, expected):
    found = wakes(plugin, pod("a").claim("c"), Resource.CLAIM, Action.ADD, None, new)
    assert found is expected


EBS = {"awsElasticBlockStore": {"volumeID": "v"}}


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (pod("b").node("n").volume(**EBS), True),
        (pod("b").node("n").claim("c"), True),
        (pod("b").node("n").claim("d"), False),
        (pod("b", "x").node("n").claim("c"), False),
    ],
)
def test_volume_restrictions_waits_for_a_pod_with_its_disk_or_claim(gone, expected):
    asked = pod("a").volume(**EBS).claim("c")
    assert after_deletion("VolumeRestrictions", asked, gone) is expected


def csi_node(count):
    driver = {"name": "d", "allocatable": {"count": count}}
    return other("storage.k8s.io/v1", "CSINode", "n", spec={"drivers": [driver]})


@pytest.mark.parametrize(("old", "new", "expected"), [(1, 2, True), (2, 2, False), (2, 1, False)])
def test_volume_limits_waits_for_a_driver_that_can_attach_more(old, new, expected):
    asked = pod("a").claim("c")
    change = (csi_node(old), csi_node(new))
    assert wakes("NodeVolumeLimits", asked, Resource.CSI_NODE, UPDATE, *change) is expected


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (pod("b").node("n").claim("x"), True),
        (pod("b").node("n"), False),
        (pod("b").claim("x"), False),
    ],
)
def test_volume_limits_waits_for_a_pod_with_volumes(gone, expected):
    assert after_deletion("NodeVolumeLimits", pod("a").claim("c"), gone) is expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(pod("a").claim("c"), True), (pod("a").volume(**EBS), True), (pod("a"), False)],
)
def test_volume_limits_waits_for_a_volume_to_be_detached(asked, expected):
    gone = other("storage.k8s.io/v1", "VolumeAttachment", "x", spec={"attacher": "ebs.csi.aws.com"})
    event = (Resource.VOLUME_ATTACHMENT, Action.DELETE)
    assert wakes("NodeVolumeLimits", asked, *event, gone) is expected


@pytest.mark.parametrize(
    ("mode", "expected"), [("WaitForFirstConsumer", True), ("Immediate", False)]
)
def test_volume_zone_waits_for_a_class_that_waits_for_a_consumer(mode, expected):
    new = other("storage.k8s.io/v1", "StorageClass", "s", volumeBindingMode=mode)
    event = (Resource.STORAGE_CLASS, Action.ADD)
    assert wakes("VolumeZone", WAITING, *event, None, new) is expected


def volume(zone="a"):
    return other("v1", "PersistentVolume", "v").label(ZONE, zone)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, volume(), True),
        (volume("a"), volume("b"), True),
        (volume(), volume().label("x", "y"), False),
    ],
)
def test_volume_zone_waits_for_a_volume_in_another_zone(old, new, expected):
    action = Action.ADD if old is None else UPDATE
    assert wakes("VolumeZone", WAITING, Resource.VOLUME, action, old, new) is expected


def storage(kind, **fields):
    return other("storage.k8s.io/v1", kind, "s", **fields)


MIGRATED = "storage.alpha.kubernetes.io/migrated-plugins"


@pytest.mark.parametrize(
    ("resource", "old", "new", "expected"),
    [
        (Resource.STORAGE_CLASS, None, storage("StorageClass"), True),
        (
            Resource.STORAGE_CLASS,
            storage("StorageClass"),
            storage("StorageClass", allowedTopologies=[{}]),
            True,
        ),
        (Resource.STORAGE_CLASS, storage("StorageClass"), storage("StorageClass"), False),
        (Resource.CSI_NODE, None, storage("CSINode"), True),
        (Resource.CSI_NODE, storage("CSINode"), storage("CSINode"), False),
        (
            Resource.CSI_NODE,
            storage("CSINode"),
            storage("CSINode").annotation(MIGRATED, "x"),
            True,
        ),
        (
            Resource.CSI_STORAGE_CAPACITY,
            storage("CSIStorageCapacity", capacity="1Gi"),
            storage("CSIStorageCapacity", capacity="2Gi"),
            True,
        ),
        (
            Resource.CSI_STORAGE_CAPACITY,
            storage("CSIStorageCapacity", capacity="2Gi"),
            storage("CSIStorageCapacity", capacity="1Gi"),
            False,
        ),
        (
            Resource.CSI_DRIVER,
            storage("CSIDriver", spec={"storageCapacity": True}),
            storage("CSIDriver", spec={}),
            True,
        ),
        (
            Resource.CSI_DRIVER,
            storage("CSIDriver", spec={}),
            storage("CSIDriver", spec={"storageCapacity": True}),
            False,
        ),
        (Resource.VOLUME, volume(), volume(), True),
    ],
)
def test_volume_binding_waits_for_what_decides_which_volumes_there_are(
    resource, old, new, expected
):
    asked = pod("a").volume(csi={"driver": "s"})
    action = Action.ADD if old is None else UPDATE
    assert wakes("VolumeBinding", asked, resource, action, old, new) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, pod("b").node("n").label("app", "web"), True),
        (None, pod("b").node("n"), False),
        (None, pod("b", "x").node("n").label("app", "web"), False),
        (pod("b").node("n").label("app", "web"), None, True),
        (pod("b").node("n"), None, False),
        (pod("b").node("n"), pod("b").node("n").label("app", "web"), True),
        (pod("b").node("n"), pod("b").node("n").label("x", "y"), False),
        (pod("b"), pod("b").label("app", "web"), False),
    ],
)
def test_topology_spread_waits_for_pods_that_count(old, new, expected):
    asked = pod("a").spread(ZONE, WEB)
    action = Action.UPDATE_POD_LABEL
    if old is None or new is None:
        action = Action.ADD if old is None else Action.DELETE
    found = wakes("PodTopologySpread", asked, Resource.ASSIGNED_POD, action, old, new)
    assert found is expected


@pytest.mark.parametrize(("policy", "expected"), [("Honor", True), ("Ignore", False)])
def test_topology_spread_waits_for_a_toleration_where_taints_count(policy, expected):
    asked = pod("a").spread(ZONE, WEB, nodeTaintsPolicy=policy)
    change = (pod("a"), pod("a").tolerates("k"))
    event = (Resource.UNSCHEDULED_POD, Action.UPDATE_POD_TOLERATION)
    assert wakes("PodTopologySpread", asked, *event, *change) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, node("n").zone("a"), True),
        (None, node("n"), False),
        (node("n").zone("a"), None, True),
        (node("n"), None, False),
        (node("n"), node("n").zone("a"), True),
        (node("n").zone("a"), node("n").zone("b"), True),
        (node("n").zone("a"), node("n").zone("a").label("x", "y"), False),
        (node("n").zone("a"), node("n").zone("a").taint("k", "NoSchedule"), True),
    ],
)
def test_topology_spread_waits_for_nodes_in_its_topologies(old, new, expected):
    action = None if old is None or new is None else Action.UPDATE_NODE_LABEL
    found = after_node("PodTopologySpread", pod("a").spread(ZONE, WEB), old, new, action)
    assert found is expected


def web(name="b"):
    return pod(name).label("app", "web")


@pytest.mark.parametrize(
    ("asked", "old", "new", "expected"),
    [
        (pod("a").near(WEB), None, web().node("n"), True),
        (pod("a").near(WEB), None, pod("b").node("n"), False),
        (pod("a").near(WEB), None, web(), False),
        (pod("a").near(WEB), pod("b").node("n"), web().node("n"), True),
        (pod("a").far_from(WEB), web().node("n"), None, True),
        (pod("a").far_from(WEB), pod("b").node("n"), None, False),
        (pod("a").far_from(WEB), web().node("n"), pod("b").node("n"), True),
        (web("a"), pod("b").node("n").far_from(WEB), None, True),
        (web("a"), pod("b").node("n").far_from({"x": "y"}), None, False),
    ],
)
def test_inter_pod_affinity_waits_for_the_pods_that_terms_speak_of(asked, old, new, expected):
    action = Action.UPDATE_POD_LABEL
    if old is None or new is None:
        action = Action.ADD if old is None else Action.DELETE
    found = wakes("InterPodAffinity", asked, Resource.ASSIGNED_POD, action, old, new)
    assert found is expected


def bare(name="n"):
    made = node(name)
    del made.metadata["labels"][HOSTNAME]
    return made


@pytest.mark.parametrize(
    ("asked", "old", "new", "expected"),
    [
        (pod("a").near(WEB, ZONE), None, bare().zone("a"), True),
        (pod("a").near(WEB, ZONE), None, bare(), False),
        (pod("a").near(WEB, ZONE), bare(), bare().zone("a"), True),
        (pod("a").near(WEB, ZONE), bare().zone("a"), bare(), False),
        (pod("a").far_from(WEB, ZONE), None, bare(), True),
        (pod("a").far_from(WEB, ZONE), bare().zone("a"), bare(), True),
        (pod("a").far_from(WEB, ZONE), bare(), bare().zone("a"), False),
        (pod("a").far_from(WEB, ZONE), bare().zone("a"), bare().zone("b"), True),
        (pod("a"), None, bare(), False),
    ],
)
def test_inter_pod_affinity_waits_for_nodes_that_change_their_topology(asked, old, new, expected):
    action = Action.ADD if old is None else Action.UPDATE_NODE_LABEL
    assert after_node("InterPodAffinity", asked, old, new, action) is expected


@pytest.mark.parametrize(("who", "expected"), [("a", True), ("b", False)])
def test_scheduling_gates_waits_for_the_pods_own_gates_to_go(who, expected):
    event = (Resource.UNSCHEDULED_POD, Action.UPDATE_POD_SCHEDULING_GATES_ELIMINATED)
    change = (pod(who).gate("x"), pod(who))
    assert wakes("SchedulingGates", pod("a").gate("x"), *event, *change) is expected


def declaring(*features):
    made = node("n")
    made.status["declaredFeatures"] = list(features)
    return made


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, declaring(), True),
        (declaring(), declaring("x"), True),
        (declaring("x"), declaring("x"), False),
    ],
)
def test_declared_features_waits_for_a_node_that_declares_others(old, new, expected):
    action = Action.ADD if old is None else Action.UPDATE_NODE_DECLARED_FEATURE
    assert after_node("NodeDeclaredFeatures", WAITING, old, new, action) is expected


def test_declared_features_waits_for_a_pod_that_needs_others():
    needing = pod("a")
    needing.spec.update(hostNetwork=True, hostUsers=False)
    event = (Resource.UNSCHEDULED_POD, UPDATE)
    assert wakes("NodeDeclaredFeatures", WAITING, *event, needing, pod("a")) is True
    assert wakes("NodeDeclaredFeatures", WAITING, *event, pod("a"), pod("a")) is False


def test_preemption_wakes_no_pod_itself():
    assert after_deletion("DefaultPreemption", WAITING, pod("b").node("n")) is False
