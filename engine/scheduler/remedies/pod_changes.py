"""What can be changed of the pod itself."""

from dataclasses import dataclass
from typing import ClassVar

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mappings, text
from engine.scheduler.remedies.case import Case
from engine.scheduler.remedies.change import Change, editable
from engine.scheduler.remedies.requests import lowered
from engine.scheduler.volumes.claims import used_claims


def _with_pod(case: Case, obj: Object) -> Case:
    return Case(case.framework, case.snapshot, PodInfo(obj))


@dataclass(frozen=True, slots=True)
class Tolerate(Change):
    """The pod tolerates a taint."""

    rank: ClassVar[int] = 0
    key: str
    value: str
    effect: str

    def applied(self, case: Case) -> Case:
        """One toleration more."""
        pod = editable(case.pod.obj)
        tolerations = pod["spec"].get("tolerations") or []
        pod["spec"]["tolerations"] = [*tolerations, self.toleration]
        return _with_pod(case, pod)

    @property
    def toleration(self) -> dict[str, str]:
        """As it stands in the pod."""
        if not self.value:
            return {"key": self.key, "operator": "Exists", "effect": self.effect}
        return {
            "key": self.key, "operator": "Equal", "value": self.value, "effect": self.effect,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LowerRequest(Change):
    """The pod requests less of a resource in all; amounts in the scheduler's units."""

    rank: ClassVar[int] = 0
    resource: str
    before: int
    after: int

    @property
    def cost(self) -> int:
        """How much less."""
        return self.before - self.after

    def applied(self, case: Case) -> Case:
        """The largest of its containers request less."""
        return _with_pod(case, lowered(case.pod.obj, self.resource, self.after))


@dataclass(frozen=True, slots=True)
class OpenGates(Change):
    """The pod's scheduling gates are taken away."""

    rank: ClassVar[int] = 0
    gates: tuple[str, ...]

    def applied(self, case: Case) -> Case:
        """None of the gates."""
        pod = editable(case.pod.obj)
        gates = mappings(pod, "spec", "schedulingGates")
        pod["spec"]["schedulingGates"] = [g for g in gates if text(g, "name") not in self.gates]
        return _with_pod(case, pod)


@dataclass(frozen=True, slots=True)
class RaiseSkew(Change):
    """A topology spread constraint of the pod allows more."""

    rank: ClassVar[int] = 0
    index: int
    """Of the constraint in the pod's spec."""
    topology_key: str
    before: int
    after: int

    @property
    def cost(self) -> int:
        """How much more."""
        return self.after - self.before

    def applied(self, case: Case) -> Case:
        """Another maxSkew."""
        pod = editable(case.pod.obj)
        pod["spec"]["topologySpreadConstraints"][self.index]["maxSkew"] = self.after
        return _with_pod(case, pod)


@dataclass(frozen=True, slots=True)
class LowerMinDomains(Change):
    """A topology spread constraint of the pod does with as many domains as there are."""

    rank: ClassVar[int] = 0
    index: int
    """Of the constraint in the pod's spec."""
    topology_key: str
    before: int
    after: int

    @property
    def cost(self) -> int:
        """How many fewer."""
        return self.before - self.after

    def applied(self, case: Case) -> Case:
        """Another minDomains."""
        pod = editable(case.pod.obj)
        pod["spec"]["topologySpreadConstraints"][self.index]["minDomains"] = self.after
        return _with_pod(case, pod)


@dataclass(frozen=True, slots=True)
class SettleClaim(Change):
    """A claim of the pod stands in the way no more: asked as if the pod did not use it."""

    rank: ClassVar[int] = 1
    claim: str

    def applied(self, case: Case) -> Case:
        """The pod without the volume."""
        pod = editable(case.pod.obj)
        names = [volume for volume, claim in _claims(case.pod) if claim == self.claim]
        volumes = pod["spec"].get("volumes") or []
        pod["spec"]["volumes"] = [each for each in volumes if text(each, "name") not in names]
        return _with_pod(case, pod)


def _claims(pod: PodInfo) -> list[tuple[str, str]]:
    """(volume, claim) of the volumes that use claims."""
    using = [v for v in pod.volumes if any(v.get(k) is not None for k in _CLAIMING)]
    names = [name for name, _ in used_claims(pod)]
    return [(text(v, "name"), name) for v, name in zip(using, names, strict=True)]


_CLAIMING = ("persistentVolumeClaim", "ephemeral")
