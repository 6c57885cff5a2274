"""What would have to change where the volumes of a pod stand in the way."""

from engine.scheduler.plugins import (
    node_volume_limits,
    volume_binding,
    volume_restrictions,
    volume_zone,
)
from engine.scheduler.remedies.cluster_changes import AddVolume, RemovePod
from engine.scheduler.remedies.evidence import ClaimProblem, Claims
from engine.scheduler.remedies.pod_changes import SettleClaim
from engine.testing import HOSTNAME, ZONE, node, other, pod
from tests.engine.scheduler.remedies.asked import found, reasons, told


def _claim(name, storage_class="local", *, volume="", modes=("ReadWriteOnce",)):
    spec = {
        "accessModes": list(modes),
        "resources": {"requests": {"storage": "5Gi"}},
        "storageClassName": storage_class,
    }
    claim = other("v1", "PersistentVolumeClaim", name, "default", spec=spec)
    if volume:
        spec["volumeName"] = volume
        claim.annotation("pv.kubernetes.io/bind-completed", "yes")
    return claim


def _class(name, mode):
    return other(
        "storage.k8s.io/v1", "StorageClass", name,
        provisioner="kubernetes.io/no-provisioner", volumeBindingMode=mode,
    )  # fmt: skip


LATE = _class("local", "WaitForFirstConsumer")


def test_a_claim_that_finds_no_volume_is_told_which_one_it_could_have() -> None:
    web = pod("web").claim("data")
    result = found(web, [node("n")], claims=[_claim("data")], storage_classes=[LATE])
    wanted = AddVolume("data", "local", 5 << 30, ("ReadWriteOnce",), "Filesystem", "", ())
    assert told(result, volume_binding.REASON_BIND_CONFLICT) == [((wanted,), ("n",))]
    problem = ClaimProblem("data", "waits for a volume of the class local")
    assert result.reasons[0].evidence == (("n", Claims((problem,))),)


def test_a_claim_that_is_not_there_is_named_and_what_would_be_without_it() -> None:
    result = found(pod("web").claim("data"), [node("n")])
    assert 'persistentvolumeclaim "data" not found' in reasons(result)
    assert result.reasons[0].evidence[0][1].problems == (ClaimProblem("data", "does not exist"),)
    settled = [(way, fits) for each in result.reasons for way, fits in told(result, each.text)]
    if result.together:
        settled.append((result.together.changes, result.together.fits))
    assert ((SettleClaim("data"),), ("n",)) in settled


def test_a_claim_that_is_bound_at_once_but_not_yet_is_named() -> None:
    now = _class("fast", "Immediate")
    web = pod("web").claim("data").claim("late")
    claims = [_claim("data", "fast"), _claim("late")]
    volume = other(
        "v1", "PersistentVolume", "pv",
        spec={"storageClassName": "local", "capacity": {"storage": "5Gi"},
              "accessModes": ["ReadWriteOnce"]},
        status={"phase": "Available"},
    )  # fmt: skip
    result = found(web, [node("n")], claims=claims, storage_classes=[now, LATE], volumes=[volume])
    assert volume_binding.REASON_IMMEDIATE in reasons(result)
    assert result.together is not None
    assert SettleClaim("data") in result.together.changes


def test_a_volume_that_is_kept_on_another_node_is_named_and_that_node_is_what_can_change() -> None:
    affinity = {"key": HOSTNAME, "operator": "In", "values": ["home"]}
    volume = other(
        "v1", "PersistentVolume", "pv",
        spec={"nodeAffinity": {"required": {"nodeSelectorTerms": [
            {"matchExpressions": [affinity]}]}}},
    )  # fmt: skip
    nodes = [node("home").cpu("1"), node("away").cpu("8")]
    web = pod("web").claim("data").cpu("4")
    result = found(web, nodes, claims=[_claim("data", volume="pv")], volumes=[volume])
    away = reasons(result)[volume_binding.REASON_NODE_CONFLICT]
    assert away == (("away",), 1)
    problem = f"is bound to pv, which is kept where {HOSTNAME} in (home)"
    assert result.reasons[1].evidence == (("away", Claims((ClaimProblem("data", problem),))),)
    assert [fits for _, fits in told(result, "Insufficient cpu")] == [("home",)]


def test_the_pod_that_uses_a_claim_alone_is_named() -> None:
    claim = _claim("data", volume="pv", modes=("ReadWriteOncePod",))
    user = pod("user").claim("data").node("n")
    result = found(
        pod("web").claim("data"), [node("n")], [user],
        claims=[claim], volumes=[other("v1", "PersistentVolume", "pv")],
    )  # fmt: skip
    ((way, fits),) = told(result, volume_restrictions.REASON_READ_WRITE_ONCE_POD)
    assert way == (RemovePod("Pod/default/user", "default", "user", "n", 0, False),)
    assert fits == ("n",)


def test_the_pod_that_has_the_same_disk_is_named() -> None:
    disk = {"volumeID": "vol"}
    user = pod("user").volume(awsElasticBlockStore=disk).node("n")
    result = found(pod("web").volume(awsElasticBlockStore=disk), [node("n")], [user])
    ((way, _),) = told(result, volume_restrictions.REASON_DISK)
    assert [each.name for each in way] == ["user"]


def test_a_volume_of_another_zone_is_named_with_its_zone_and_not_to_be_settled() -> None:
    volume = other("v1", "PersistentVolume", "pv").label(ZONE, "a")
    result = found(
        pod("web").claim("data"), [node("n").zone("b")],
        claims=[_claim("data", volume="pv")], volumes=[volume],
    )  # fmt: skip
    (reason,) = result.reasons
    assert reason.text == volume_zone.REASON
    problem = ClaimProblem("data", f"is bound to pv, of {ZONE}=a")
    assert reason.evidence == (("n", Claims((problem,))),)
    assert reason.remedies == ()


def test_where_a_driver_can_attach_no_more_a_pod_with_a_volume_would_have_to_go() -> None:
    driver = {"name": "csi.example", "nodeID": "n", "allocatable": {"count": 1}}
    volumes = [
        other("v1", "PersistentVolume", name,
              spec={"csi": {"driver": "csi.example", "volumeHandle": name}})
        for name in ("pv1", "pv2")
    ]  # fmt: skip
    result = found(
        pod("web").claim("mine"), [node("n")],
        [pod("plain").node("n"), pod("user").claim("used").node("n")],
        claims=[_claim("mine", volume="pv1"), _claim("used", volume="pv2")], volumes=volumes,
        csi_nodes=[other("storage.k8s.io/v1", "CSINode", "n", spec={"drivers": [driver]})],
    )  # fmt: skip
    ((way, fits),) = told(result, node_volume_limits.REASON)
    assert ([each.name for each in way], fits) == (["user"], ("n",))
