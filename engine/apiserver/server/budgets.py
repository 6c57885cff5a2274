"""PodDisruptionBudgets, as an eviction asks them.

Source: pkg/registry/core/pod/storage/eviction.go (checkAndDecrement, getPodDisruptionBudgets);
k8s.io/component-helpers apps/poddisruptionbudget/helpers.go, v1.36.
"""

from __future__ import annotations

from http import HTTPStatus

from engine.apiserver.server import writing
from engine.apiserver.server.backing import Backing
from engine.apiserver.server.own_writes import builtin, own_write
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.status import RefusedError
from engine.model.requirement import SelectorError
from engine.model.selector import Selector
from engine.model.timestamp import format_seconds

DISRUPTED_PODS_MAX = 2_000
"""MaxDisruptedPodSize: so many evictions that the budget's controller has not seen yet."""

RETRY_SECONDS = 10

_NOT_NOW = "Cannot evict pod as it would violate the pod's disruption budget."
_TWO_BUDGETS = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
    "support."
)


def spend(backing: Backing, write: Write, pod: Object, *, dry_run: bool) -> None:
    """Take one disruption from the budget of a pod; RefusedError if it has none left."""
    budgets = _of(backing, pod)
    if len(budgets) > 1:
        raise status.internal(_TWO_BUDGETS)
    if not budgets or _is_unhealthy(pod, budgets[0]):
        return
    [budget] = budgets
    _check(budget)
    if dry_run:
        return
    resource = builtin("policy", "PodDisruptionBudget")
    writing.change(backing, own_write(write, resource, _spent(budget, write), "status"))


def _of(backing: Backing, pod: Object) -> list[Object]:
    """The budgets that select a pod; an empty selector selects none here."""
    metadata = metadata_of(pod)
    found = []
    for budget in backing.view.objects(
        "policy", "poddisruptionbudgets", metadata.get("namespace", "")
    ):
        try:
            selector = Selector.from_object((budget.get("spec") or {}).get("selector"))
        except SelectorError:
            continue
        if not selector.empty and selector.matches(metadata.get("labels") or {}):
            found.append(budget)
    return found


def _is_unhealthy(pod: Object, budget: Object) -> bool:
    """Whether a pod that is not ready may go without being counted."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    if any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions):
        return False
    if (budget.get("spec") or {}).get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    state = budget.get("status") or {}
    desired = state.get("desiredHealthy", 0)
    return bool(desired > 0 and state.get("currentHealthy", 0) >= desired)


def _check(budget: Object) -> None:
    metadata, state = metadata_of(budget), budget.get("status") or {}
    name, allowed = metadata["name"], state.get("disruptionsAllowed", 0)
    if state.get("observedGeneration", 0) < metadata.get("generation", 0):
        why = f"The disruption budget {name} is still being processed by the server."
        raise status.too_many_requests(_NOT_NOW, [_cause(why)], RETRY_SECONDS)
    if allowed < 0:
        raise _forbidden(name, "pdb disruptions allowed is negative")
    if len(state.get("disruptedPods") or ()) > DISRUPTED_PODS_MAX:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise _forbidden(name, why)
    if allowed == 0:
        desired, current = state.get("desiredHealthy", 0), state.get("currentHealthy", 0)
        why = (
            f"The disruption budget {name} needs {desired} healthy pods and has {current} currently"
        )
        raise status.too_many_requests(_NOT_NOW, [_cause(why)])


def _cause(message: str) -> dict[str, str]:
    return {"reason": "DisruptionBudget", "message": message}


def _forbidden(name: str, why: str) -> RefusedError:
    """NewForbidden of policy.Resource("poddisruptionbudget"), which is no resource's name."""
    return RefusedError(
        HTTPStatus.FORBIDDEN,
        "Forbidden",
        f'poddisruptionbudget.policy "{name}" is forbidden: {why}',
        {"name": name, "group": "policy", "kind": "poddisruptionbudget"},
    )


def _spent(budget: Object, write: Write) -> Object:
    """The budget with one disruption less, and the pod among those that are disrupted."""
    now = format_seconds(write.now_seconds)
    state = dict(budget.get("status") or {})
    state["disruptionsAllowed"] = state["disruptionsAllowed"] - 1
    state["disruptedPods"] = {**(state.get("disruptedPods") or {}), write.name: now}
    if state["disruptionsAllowed"] == 0:
        state["conditions"] = _exhausted(state, now)
    return {**budget, "status": state}


def _exhausted(state: Object, now: str) -> list[Object]:
    """The conditions with the one that says that nothing may be disrupted (SetStatusCondition)."""
    conditions = list(state.get("conditions") or ())
    new = {
        "type": "DisruptionAllowed",
        "status": "False",
        "observedGeneration": state.get("observedGeneration", 0),
        "lastTransitionTime": now,
        "reason": "InsufficientPods",
        "message": "",
    }
    for index, old in enumerate(conditions):
        if old.get("type") == new["type"]:
            if old.get("status") == new["status"]:
                new["lastTransitionTime"] = old.get("lastTransitionTime")
            conditions[index] = new
            return conditions
    return [*conditions, new]
