"""What a plugin of the scheduling framework offers, and what it answers.

After staging/src/k8s.io/kube-scheduler/framework/interface.go (v1.36). Where Kubernetes keeps what
a plugin worked out for a pod in a CycleState, here the plugin returns it and gets it back.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar

from engine.scheduler.events import ALL, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object
from engine.scheduler.snapshot import NodeInfo, Objects, Snapshot
from engine.scheduler.writes import Write

# MaxNodeScore: staging/src/k8s.io/kube-scheduler/framework/interface.go (v1.36).
MAX_NODE_SCORE = 100


class Code(StrEnum):
    """What a status means; the values are Kubernetes' own."""

    SUCCESS = "Success"
    ERROR = "Error"
    UNSCHEDULABLE = "Unschedulable"
    UNRESOLVABLE = "UnschedulableAndUnresolvable"
    WAIT = "Wait"
    SKIP = "Skip"
    PENDING = "Pending"


@dataclass(frozen=True, slots=True)
class Status:
    """The answer of a plugin: a code, its reasons, and who gave it where that matters."""

    code: Code = Code.SUCCESS
    reasons: tuple[str, ...] = ()
    plugin: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether nothing speaks against the pod."""
        return self.code is Code.SUCCESS

    @property
    def rejected(self) -> bool:
        """Whether the pod cannot be scheduled so, which is no error (IsRejected)."""
        return self.code in (Code.UNSCHEDULABLE, Code.UNRESOLVABLE, Code.PENDING)

    @property
    def message(self) -> str:
        """All reasons in one line."""
        return ", ".join(self.reasons)

    def by(self, plugin: str) -> "Status":
        """The same, given by that plugin."""
        return replace(self, plugin=plugin)


SUCCESS = Status()
SKIP = Status(Code.SKIP)
WAIT = Status(Code.WAIT)


def unschedulable(*reasons: str) -> Status:
    """Not here and now; fewer pods on the node could change that."""
    return Status(Code.UNSCHEDULABLE, reasons)


def unresolvable(*reasons: str) -> Status:
    """Not here, and removing pods from the node would not help."""
    return Status(Code.UNRESOLVABLE, reasons)


def error(message: str) -> Status:
    """Something that is no verdict on the pod."""
    return Status(Code.ERROR, (message,))


class Plugin(ABC):
    """A plugin; what it does is told by which of the classes below it also is."""

    name: ClassVar[str]

    def events(self) -> tuple[EventWithHint, ...]:
        """What may make a pod schedulable that it rejected; anything, unless it knows better."""
        return (on(Resource.ANY, ALL),)


class PreEnqueuePlugin(Plugin):
    """Says whether a pod may enter the active queue."""

    @abstractmethod
    def pre_enqueue(self, pod: PodInfo) -> Status:
        """Success, or why the pod stays out."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What PreFilter or PreScore found out: a status, and what the next step is given."""

    status: Status = SUCCESS
    state: Any = None
    nodes: frozenset[str] | None = None
    """PreFilter: the only nodes that come into question; None for all."""


class PreFilterPlugin(Plugin):
    """Looks at the pod and the cluster once, before the nodes are looked at one by one."""

    @abstractmethod
    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Success, Skip (Filter has nothing to say), or why no node will do."""


class AdjustingPlugin(PreFilterPlugin):
    """A PreFilter plugin whose state counts pods (PreFilterExtensions: AddPod and RemovePod)."""

    @abstractmethod
    def copied(self, state: Any) -> Any:
        """A copy of the state, which `adjust` may change."""

    @abstractmethod
    def adjust(self, state: Any, pod: PodInfo, other: PodInfo, node: NodeInfo, delta: int) -> None:
        """Count another pod on the node once more (1) or once less (-1)."""


class FilterPlugin(Plugin):
    """Says whether a pod can run on a node."""

    @abstractmethod
    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success or why not. The state is what PreFilter returned."""


class ScorePlugin(Plugin):
    """Says how well a node suits a pod, among those where it can run."""

    def pre_score(self, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot) -> Prepared:
        """Success, Skip (no score is given), or an error."""
        return Prepared(state=snapshot)

    @abstractmethod
    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """The raw score of a node."""

    def normalize(self, scores: Mapping[str, int], state: Any) -> dict[str, int]:
        """The scores by node, brought to 0 to MAX_NODE_SCORE."""
        return dict(scores)


def default_normalize(scores: Mapping[str, int], reverse: bool) -> dict[str, int]:
    """Scores in relation to the highest, or to what is missing to it if reversed.

    DefaultNormalizeScore in pkg/scheduler/framework/plugins/helper/normalize_score.go (v1.36).
    """
    highest = max(scores.values(), default=0)
    if highest <= 0:
        return {node: MAX_NODE_SCORE if reverse else score for node, score in scores.items()}
    scaled = {node: MAX_NODE_SCORE * score // highest for node, score in scores.items()}
    return {n: MAX_NODE_SCORE - score for n, score in scaled.items()} if reverse else scaled


class QueueSortPlugin(Plugin):
    """Says which of the pods that could be tried is tried first."""

    @abstractmethod
    def key(self, pod: PodInfo, queued_ns: int) -> tuple[int, ...]:
        """What the queue sorts by, lowest first; `queued_ns` is when the pod was added to it."""


Assumed = tuple[str, Object]
"""(the field of Objects that an object stands in, the object)"""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What Reserve holds for a pod, and what it is given at PreBind."""

    status: Status = SUCCESS
    state: Any = None
    assumed: tuple[Assumed, ...] = ()
    """Objects as they will be once they are written; others see them so from now on."""


class ReservePlugin(Plugin):
    """Holds something on the node that was chosen. What it assumed is taken back for it."""

    @abstractmethod
    def reserve(self, pod: PodInfo, node: NodeInfo, state: Any) -> Reserved:
        """What is held, or why that cannot be. The state is what PreFilter returned."""


class PermitPlugin(Plugin):
    """Says whether a pod that has its node is bound now, later or not."""

    @abstractmethod
    def permit(self, pod: PodInfo, node: NodeInfo) -> tuple[Status, int]:
        """(Success, Wait or why not; for Wait: for how many nanoseconds at most)."""


class PreBindPlugin(Plugin):
    """Writes what must be so before a pod is bound, and waits for it."""

    timeout_ns: int
    """For how long at most."""

    @abstractmethod
    def pre_bind(self, pod: PodInfo, node: NodeInfo, state: Any) -> tuple[Write, ...]:
        """What to write; nothing for pods that need nothing. The state is what Reserve held."""

    @abstractmethod
    def check(self, pod: PodInfo, node: NodeInfo, state: Any, objects: Objects) -> Status:
        """Success once it is so, Wait while it may become so, else an error."""


class BindPlugin(Plugin):
    """Binds pods."""

    @abstractmethod
    def bind(self, pod: PodInfo, node: NodeInfo) -> Write | None:
        """What to write; None where the next one shall bind it."""
