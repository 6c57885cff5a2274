"""The statuses of containers, as the kubelet reports them.

After pkg/apis/core/validation/validation.go and pkg/api/v1/pod/util.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    not_supported,
)
from engine.apiserver.validation.names import is_group_id, is_user_id
from engine.apiserver.validation.pods.container_parts import RESTART_ALL

Status = Mapping[str, Any]
Spec = Mapping[str, Any]

_HEALTH = ("Healthy", "Unhealthy", "Unknown")


def validate_transitions(
    field: str, new: Sequence[Status], old: Sequence[Status], spec: Spec, path: Path
) -> list[FieldError]:
    """A container that has terminated runs again only where its pod lets it restart."""
    errors: list[FieldError] = []
    if _restarts_all(spec):
        return errors
    explanation = "may not be transitioned to non-terminated state"
    for index, before in enumerate(old):
        name, terminated = before.get("name", ""), _terminated(before)
        if terminated is None or _may_restart(field, name, terminated.get("exitCode", 0), spec):
            continue
        runs_again = [s for s in new if s.get("name", "") == name and _terminated(s) is None]
        errors += [forbidden(path.index(index).child("state"), explanation) for _ in runs_again]
    return errors


def _restarts_all(spec: Spec) -> bool:
    """One container of the pod can restart all of them."""
    return any(
        rule.get("action") == RESTART_ALL
        for field in ("initContainers", "containers")
        for container in spec.get(field) or ()
        for rule in container.get("restartPolicyRules") or ()
    )


def _terminated(status: Status) -> Status | None:
    terminated: Status | None = (status.get("state") or {}).get("terminated")
    return terminated


def _may_restart(field: str, name: str, exit_code: int, spec: Spec) -> bool:
    if field == "ephemeralContainerStatuses":
        return False
    pod_policy = spec.get("restartPolicy", "")
    if field == "initContainerStatuses":
        restartable = any(
            container.get("name", "") == name and container.get("restartPolicy") == "Always"
            for container in spec.get("initContainers") or ()
        )
        return restartable or _restarts(pod_policy, exit_code)
    for container in spec.get("containers") or ():
        if container.get("name", "") == name:
            return _container_restarts(container, pod_policy, exit_code)
    return False


def _container_restarts(container: Spec, pod_policy: str, exit_code: int) -> bool:
    """ContainerShouldRestart: its own rules come first, then its policy, then the pod's."""
    own_policy = container.get("restartPolicy")
    if own_policy is None:
        return _restarts(pod_policy, exit_code)
    for rule in container.get("restartPolicyRules") or ():
        codes = rule.get("exitCodes") or {}
        listed = exit_code in (codes.get("values") or ())
        operator = codes.get("operator")
        if (operator == "In" and listed) or (operator == "NotIn" and not listed):
            return bool(rule.get("action") == "Restart")
    return _restarts(own_policy, exit_code)


def _restarts(policy: str, exit_code: int) -> bool:
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def validate_users(statuses: Sequence[Status], os: str, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, status in enumerate(statuses):
        user = (status.get("user") or {}).get("linux")
        user_path = path.index(index).child("user", "linux")
        if user is None:
            continue
        if os == "windows":
            errors.append(forbidden(user_path, "cannot be set for a windows pod"))
        elif os == "linux":
            errors += _validate_linux_user(user, user_path)
    return errors


def _validate_linux_user(user: Status, path: Path) -> list[FieldError]:
    uid, gid = user.get("uid", 0), user.get("gid", 0)
    errors = each(path.child("uid"), uid, is_user_id(uid))
    errors += each(path.child("gid"), gid, is_group_id(gid))
    for index, group in enumerate(user.get("supplementalGroups") or ()):
        errors += each(path.child("supplementalGroups").index(index), group, is_group_id(group))
    return errors


def validate_no_allocated_resources(statuses: Sequence[Status], path: Path) -> list[FieldError]:
    explanation = "must not be specified in container status"
    return [
        forbidden(path.index(index).child("allocatedResourcesStatus"), explanation)
        for index, status in enumerate(statuses)
        if status.get("allocatedResourcesStatus")
    ]


def validate_allocated_resources(
    statuses: Sequence[Status], containers: Sequence[Spec], path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    by_name = {container.get("name", ""): container for container in reversed(containers)}
    for index, status in enumerate(statuses):
        container = by_name.get(status.get("name", ""))
        for position, resource in enumerate(status.get("allocatedResourcesStatus") or ()):
            item = path.index(index).child("allocatedResourcesStatus").index(position)
            if container is not None:
                errors += _validate_named(resource.get("name", ""), container, item.child("name"))
            errors += _validate_health(resource.get("resources") or (), item.child("resources"))
    return errors


def _validate_named(name: str, container: Spec, path: Path) -> list[FieldError]:
    resources = container.get("resources") or {}
    if not name.startswith("claim:"):
        explanation = "must match one of the container's resource requests"
        known = set(resources.get("requests") or ())
    else:
        explanation = (
            "must match one of the container's resource claims in a format "
            "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
        )
        known = {
            f"claim:{claim.get('name', '')}"
            + (f"/{claim['request']}" if claim.get("request") else "")
            for claim in resources.get("claims") or ()
        }
    return [] if name in known else [invalid(path, name, explanation)]


def _validate_health(resources: Sequence[Status], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, resource in enumerate(resources):
        item, health = path.index(index), resource.get("health", "")
        if health not in _HEALTH:
            errors.append(not_supported(item.child("health"), health, _HEALTH))
        identity = resource.get("resourceID", "")
        if identity in seen:
            errors.append(duplicate(item.child("resourceID"), identity))
        seen.add(identity)
    return errors
