"""Topology spread constraints, of a pod or by default, and what they count.

After common.go and plugin.go in pkg/scheduler/framework/plugins/podtopologyspread, and
spread.go in pkg/scheduler/framework/plugins/helper (v1.36).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.model.selector import Selector, SelectorError
from engine.scheduler.affinity import read_selector
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, integer, mapping, strings, text, texts_by_name
from engine.scheduler.snapshot import NodeInfo, Objects
from engine.scheduler.taints import KEEPING_OUT, has_untolerated

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
DO_NOT_SCHEDULE, SCHEDULE_ANYWAY = "DoNotSchedule", "ScheduleAnyway"
_HONOR = "Honor"

# systemDefaultConstraints: pkg/scheduler/framework/plugins/podtopologyspread/plugin.go (v1.36).
SYSTEM_DEFAULTS: tuple[Object, ...] = (
    {"topologyKey": HOSTNAME, "whenUnsatisfiable": SCHEDULE_ANYWAY, "maxSkew": 3},
    {"topologyKey": ZONE, "whenUnsatisfiable": SCHEDULE_ANYWAY, "maxSkew": 5},
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint, read."""

    max_skew: int
    topology_key: str
    selector: Selector
    min_domains: int
    honors_affinity: bool
    honors_taints: bool

    def includes(self, pod: PodInfo, node: NodeInfo) -> bool:
        """Whether pods on a node are counted: matchNodeInclusionPolicies."""
        if self.honors_affinity and not pod.node_affinity.matches(node.labels, node.name):
            return False
        return not (
            self.honors_taints and has_untolerated(node.taints, pod.tolerations, KEEPING_OUT)
        )


@dataclass(frozen=True, slots=True)
class Skew:
    """What a constraint says of a node, with the pod on it."""

    index: int
    """Of the constraint, among those that are required."""
    constraint: Constraint
    value: str | None
    """The node's domain; None where it has no label for it."""
    count: int
    """Matching pods in that domain, this one included."""
    fewest: int
    """In any domain; 0 while there are fewer domains than there should be."""
    domains: int
    """How many there are."""

    @property
    def skew(self) -> int:
        """By how much the domain would be ahead of the emptiest."""
        return self.count - self.fewest

    @property
    def fits(self) -> bool:
        """Whether the constraint lets the pod in."""
        return self.value is not None and self.skew <= self.constraint.max_skew


def read_constraints(
    constraints: Sequence[Object], labels: Mapping[str, str], action: str
) -> list[Constraint]:
    """Those with one action on nodes that do not satisfy them, else SelectorError."""
    return [
        Constraint(
            integer(each, "maxSkew"),
            text(each, "topologyKey"),
            _with_label_keys(read_selector(each, "labelSelector"), each, labels),
            integer(each, "minDomains", default=1),
            (text(each, "nodeAffinityPolicy") or _HONOR) == _HONOR,
            text(each, "nodeTaintsPolicy") == _HONOR,
        )
        for each in constraints
        if text(each, "whenUnsatisfiable") == action
    ]


def _with_label_keys(selector: Selector, constraint: Object, labels: Mapping[str, str]) -> Selector:
    """The selector and, for each of matchLabelKeys that the pod has, its own value."""
    keys = [key for key in strings(constraint, "matchLabelKeys") if key in labels]
    if not keys:
        return selector
    own = Selector.from_map({key: labels[key] for key in keys})
    return Selector.of((*own.requirements, *selector.requirements))


def default_constraints(
    defaults: Sequence[Object], pod: PodInfo, objects: Objects, action: str
) -> list[Constraint]:
    """The default constraints for pods that a Service or a controller selects, none for others."""
    constraints = read_constraints(defaults, pod.labels, action)
    if not constraints:
        return []
    selector = default_selector(pod, objects)
    if selector.empty:
        return []
    return [replace(each, selector=selector) for each in constraints]


def default_selector(pod: PodInfo, objects: Objects) -> Selector:
    """What the pod's Services and its controller select: DefaultSelector."""
    labels: dict[str, str] = {}
    for (namespace, _), service in objects.services.items():
        wanted = texts_by_name(service, "spec", "selector")
        if namespace == pod.namespace and all(pod.labels.get(k) == v for k, v in wanted.items()):
            labels |= wanted
    selector = Selector.from_map(labels)
    owner = pod.owner
    if owner is None:
        return selector
    key = (pod.namespace, text(owner, "name"))
    match (text(owner, "apiVersion"), text(owner, "kind")):
        case ("v1", "ReplicationController"):
            found = objects.replication_controllers.get(key)
            return Selector.from_map(labels | dict(texts_by_name(found, "spec", "selector")))
        case ("apps/v1", "ReplicaSet"):
            found = objects.replica_sets.get(key)
        case ("apps/v1", "StatefulSet"):
            found = objects.stateful_sets.get(key)
        case _:
            return selector
    try:
        more = read_selector(mapping(found, "spec"), "selector")
    except SelectorError:
        return selector
    return Selector.of((*selector.requirements, *more.requirements))


def has_all_keys(node: NodeInfo, constraints: Iterable[Constraint]) -> bool:
    """Whether a node has a label for every topology key."""
    return all(each.topology_key in node.labels for each in constraints)


def count_matching(pods: Iterable[PodInfo], selector: Selector, namespace: str) -> int:
    """How many pods of a namespace are selected; those that are being deleted do not count.

    An empty selector counts none, though it selects them all: countPodsMatchSelector.
    """
    if selector.empty:
        return 0
    return sum(
        pod.namespace == namespace and not pod.terminating and selector.matches(pod.labels)
        for pod in pods
    )
