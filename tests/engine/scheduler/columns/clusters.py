"""Random clusters and pods that use all that columns cover, and the profiles to look at them by."""

from copy import deepcopy

from hypothesis import strategies as st

from engine.scheduler.configuration import default_profile, read_profiles
from engine.scheduler.framework import Framework
from engine.testing import HOSTNAME, ZONE, node, other, pod

NAMES = [f"n{number}" for number in range(6)]
APPS = ["web", "db"]
GPU = "example.com/gpu"


def profile(*, plugins=None, **args):
    """A framework whose plugins have these arguments."""
    [found] = read_profiles(
        {
            "apiVersion": "kubescheduler.config.k8s.io/v1",
            "kind": "KubeSchedulerConfiguration",
            "profiles": [
                {
                    "plugins": plugins or {},
                    "pluginConfig": [{"name": n, "args": each} for n, each in args.items()],
                }
            ],
        }
    ).values()
    return Framework(found)


def fit(kind, *resources, **more):
    named = [{"name": name, "weight": weight} for name, weight in resources]
    return {"scoringStrategy": {"type": kind, "resources": named, **more}}


SHAPE = [{"utilization": 0, "score": 10}, {"utilization": 70, "score": 3}, {"utilization": 90}]
PROFILES = {
    "default": Framework(default_profile()),
    "most": profile(
        NodeResourcesFit=fit("MostAllocated", ("cpu", 3), (GPU, 5), ("ephemeral-storage", 1)),
        NodeResourcesBalancedAllocation={
            "resources": [{"name": name, "weight": 1} for name in ("cpu", "memory", GPU)]
        },
    ),
    "ratio": profile(
        NodeResourcesFit=fit(
            "RequestedToCapacityRatio",
            ("cpu", 2),
            ("memory", 1),
            (GPU, 3),
            requestedToCapacityRatio={"shape": SHAPE},
        )
    ),
    "wishes": profile(
        InterPodAffinity={"hardPodAffinityWeight": 7, "ignorePreferredTermsOfExistingPods": True},
        NodeAffinity={
            "addedAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        {"matchExpressions": [{"key": "broken", "operator": "DoesNotExist"}]}
                    ]
                },
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "weight": 3,
                        "preference": {
                            "matchExpressions": [
                                {"key": "disk", "operator": "In", "values": ["ssd"]}
                            ]
                        },
                    }
                ],
            }
        },
        PodTopologySpread={
            "defaultingType": "List",
            "defaultConstraints": [
                {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule"},
                {"maxSkew": 2, "topologyKey": HOSTNAME, "whenUnsatisfiable": "ScheduleAnyway"},
            ],
        },
    ),
    "few": profile(
        plugins={
            "multiPoint": {
                "disabled": [{"name": "TaintToleration"}, {"name": "NodeResourcesFit"}],
                "enabled": [{"name": "ImageLocality", "weight": 5}],
            }
        }
    ),
}


def _maybe(strategy):
    return st.none() | strategy


@st.composite
def nodes(draw, name):
    built = node(name).cpu(draw(st.sampled_from(["1", "2", "3500m"]))).memory("4Gi")
    built.allocatable(pods=draw(st.sampled_from(["2", "110"])))
    if zone := draw(st.sampled_from(["a", "b", "", None])):
        built.zone(zone)
    if zone == "":
        built.label(ZONE, "")
    if draw(st.booleans()):
        built.allocatable(**{GPU: "2", "ephemeral-storage": "7Gi"})
    if draw(st.booleans()):
        built.label("disk", draw(st.sampled_from(["ssd", "5"])))
    if effect := draw(_maybe(st.sampled_from(["NoSchedule", "PreferNoSchedule", "NoExecute"]))):
        built.taint("k", effect, draw(st.sampled_from(["", "v"])))
    if draw(st.integers(0, 9)) == 0:
        built.cordoned()
    for image in draw(st.lists(st.sampled_from(["a:1", "b:1"]), unique=True)):
        built.image(image, 600_000_000 if image == "a:1" else 90_000_000)
    return built.obj


def _affinity(draw, built):
    side = draw(st.sampled_from([built.near, built.far_from]))
    side(
        {"app": draw(st.sampled_from(APPS))},
        draw(st.sampled_from([HOSTNAME, ZONE])),
        weight=draw(st.sampled_from([0, 0, 1, 60])),
    )


def _spread(draw, built):
    built.spread(
        draw(st.sampled_from([HOSTNAME, ZONE, "disk"])),
        draw(st.sampled_from([{"app": "web"}, {"app": "web"}, {"app": "db"}, {}])),
        skew=draw(st.sampled_from([1, 2])),
        hard=draw(st.booleans()),
        **draw(
            st.sampled_from(
                [
                    {},
                    {"minDomains": 3},
                    {"nodeTaintsPolicy": "Honor"},
                    {"nodeAffinityPolicy": "Ignore"},
                    {"matchLabelKeys": ["tier"]},
                ]
            )
        ),
    )


def _wanted_nodes(draw, built):
    built.requires_node("disk", *draw(st.sampled_from([("Exists",), ("Gt", "3"), ("In", "ssd")])))
    if draw(st.booleans()):
        built.requires_node("metadata.name", "In", draw(st.sampled_from(NAMES)), field=True)


WISHES = [
    lambda draw, built: built.host_port(draw(st.sampled_from([80, 443])), draw(IPS)),
    lambda draw, built: built.request_of(GPU, "1"),
    lambda draw, built: built.request(ephemeral_storage="2Gi"),
    lambda draw, built: built.tolerates("k", draw(st.sampled_from(["", "NoSchedule"]))),
    lambda draw, built: built.node_selector("disk", "ssd"),
    lambda draw, built: built.prefers_node(draw(st.integers(1, 9)), "disk", "Exists"),
    lambda draw, built: built.requires_node("metadata.name", "In", "n1", field=True),
    lambda draw, built: built.owned_by(REPLICA_SET),
    _wanted_nodes,
    _affinity,
    _affinity,
    _affinity,
    _spread,
    _spread,
]
IPS = st.sampled_from(["", "10.0.0.1"])


@st.composite
def pods(draw):
    """A pod that has yet to be named."""
    built = pod("x", draw(st.sampled_from(["default", "default", "prod"])))
    built.label("app", draw(st.sampled_from(APPS)))
    if draw(st.booleans()):
        built.label("tier", draw(st.sampled_from(["1", "2"])))
    if cpu := draw(st.sampled_from(["0", "", "300m", "1"])):
        built.cpu(cpu).memory("700Mi")
    built.image(draw(st.sampled_from(["a:1", "b:1", "c"])))
    for wish in draw(st.lists(st.sampled_from(WISHES), max_size=3)):
        wish(draw, built)
    if draw(st.integers(0, 5)) == 0:
        _everywhere(built)
    return built.obj


def _everywhere(built):
    """Let terms speak of other namespaces too."""
    for side in ("podAffinity", "podAntiAffinity"):
        rules = built.spec.get("affinity", {}).get(side, {})
        for term in rules.get("requiredDuringSchedulingIgnoredDuringExecution", ()):
            term["namespaceSelector"] = {"matchLabels": {"env": "live"}}


def named(obj, number, **metadata):
    """A pod of its own."""
    found = deepcopy(obj)
    found["metadata"] |= {"name": f"p{number}", "uid": f"u{number}", **metadata}
    return found


REPLICA_SET = other(
    "apps/v1", "ReplicaSet", "web", "default", spec={"selector": {"matchLabels": {"app": "web"}}}
)
OBJECTS = {
    "replica_sets": [REPLICA_SET],
    "services": [other("v1", "Service", "db", "default", spec={"selector": {"app": "db"}})],
    "namespaces": [
        other("v1", "Namespace", "default"),
        other("v1", "Namespace", "prod").label("env", "live"),
    ],
}
