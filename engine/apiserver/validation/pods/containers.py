"""The containers of a pod: ordinary, init and ephemeral ones.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from engine.apiserver.validation.names import is_dns1123_label
from engine.apiserver.validation.pods.container_parts import (
    RESTART_ALL,
    validate_ports,
    validate_resize_policy,
    validate_restart_rules,
    validate_unique_host_ports,
)
from engine.apiserver.validation.pods.env import validate_env, validate_env_from
from engine.apiserver.validation.pods.mounts import (
    validate_volume_devices,
    validate_volume_mounts,
)
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.probes import validate_lifecycle, validate_probes
from engine.apiserver.validation.pods.security import validate_security_context
from engine.apiserver.validation.pods.volume_sources import validate_pull_policy
from engine.apiserver.validation.pods.volumes import Volumes
from engine.apiserver.validation.resources import validate_requirements

Container = Mapping[str, Any]

_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_ONLY_RESTARTABLE = "may not be set for init containers without restartPolicy=Always"
_NOT_EPHEMERAL = "cannot be set for an Ephemeral Container"

# allowedEphemeralContainerFields, turned round, in the order of Go's struct.
_NOT_OF_EPHEMERAL = (
    "ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe",
    "readinessProbe", "startupProbe", "lifecycle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What containers are validated against."""

    spec: Mapping[str, Any]
    volumes: Volumes
    claim_names: Collection[str]
    options: PodOptions

    @property
    def grace(self) -> int | None:
        seconds: int | None = self.spec.get("terminationGracePeriodSeconds")
        return seconds

    @property
    def host_users(self) -> bool:
        return self.spec.get("hostUsers") is not False


def validate_containers(around: Surroundings, path: Path) -> list[FieldError]:
    containers: Sequence[Container] = around.spec.get("containers") or ()
    if not containers:
        return [required(path)]
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, container in enumerate(containers):
        item, name = path.index(index), container.get("name", "")
        errors += _validate_common(container, around, item)
        if name in names:
            errors.append(duplicate(item.child("name"), name))
        names.add(name)
        errors += _validate_running(container, around, item)
        errors += validate_restart_rules(container, item)
    return errors + validate_unique_host_ports(containers, path)


def _validate_running(container: Container, around: Surroundings, path: Path) -> list[FieldError]:
    """What only containers have that run beside each other."""
    errors: list[FieldError] = []
    if (lifecycle := container.get("lifecycle")) is not None:
        errors += validate_lifecycle(
            lifecycle, around.grace, around.spec.get("os"), path.child("lifecycle")
        )
    return errors + validate_probes(container, around.grace, path)


def validate_init_containers(around: Surroundings, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    names = {container.get("name", "") for container in around.spec.get("containers") or ()}
    for index, container in enumerate(around.spec.get("initContainers") or ()):
        item, name = path.index(index), container.get("name", "")
        errors += _validate_common(container, around, item)
        policy = container.get("restartPolicy")
        if policy is not None:
            errors += _validate_init_restart(container, item)
        if name in names:
            errors.append(duplicate(item.child("name"), name))
        elif name:
            names.add(name)
        # Without the container's own index: that is how Kubernetes writes it.
        errors += validate_unique_host_ports([container], path)
        if policy == "Always":
            errors += _validate_running(container, around, item)
            continue
        errors += [
            forbidden(item.child(field), _ONLY_RESTARTABLE)
            for field in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
            if container.get(field) is not None
        ]
    return errors


def _validate_init_restart(container: Container, path: Path) -> list[FieldError]:
    """What always restarts needs no rules but those that restart all containers."""
    rules = container.get("restartPolicyRules") or ()
    if container["restartPolicy"] == "Always" and any(
        rule.get("action") != RESTART_ALL for rule in rules
    ):
        explanation = (
            "restartPolicyRules are not allowed for init containers with restart policy Always"
        )
        return [forbidden(path.child("restartPolicyRules"), explanation)]
    return validate_restart_rules(container, path)


def validate_ephemeral_containers(around: Surroundings, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    others = {
        container.get("name", "")
        for field in ("containers", "initContainers")
        for container in around.spec.get(field) or ()
    }
    names = set(others)
    for index, container in enumerate(around.spec.get("ephemeralContainers") or ()):
        item, name = path.index(index), container.get("name", "")
        errors += _validate_common(container, around, item)
        errors += validate_image_of_pod(container, item)
        if name in names:
            errors.append(duplicate(item.child("name"), name))
        names.add(name)
        target = container.get("targetContainerName")
        if target and target not in others:
            errors.append(not_found(item.child("targetContainerName"), target))
        errors += [
            forbidden(item.child(field), _NOT_EPHEMERAL)
            for field in _NOT_OF_EPHEMERAL
            if container.get(field)
        ]
        for position, mount in enumerate(container.get("volumeMounts") or ()):
            mount_path = item.child("volumeMounts").index(position)
            errors += [
                forbidden(mount_path.child(field), _NOT_EPHEMERAL)
                for field in ("subPath", "subPathExpr")
                if mount.get(field)
            ]
    return errors


def _validate_common(container: Container, around: Surroundings, path: Path) -> list[FieldError]:
    """What all kinds of containers have."""
    options = around.options
    name, name_path = container.get("name", ""), path.child("name")
    errors = each(name_path, name, is_dns1123_label(name)) if name else [required(name_path)]
    if not container.get("image"):
        errors.append(required(path.child("image")))
    errors += _validate_message_policy(container, path.child("terminationMessagePolicy"))
    errors += validate_ports(container.get("ports") or (), path.child("ports"))
    errors += validate_env(container.get("env") or (), path.child("env"))
    errors += validate_env_from(container.get("envFrom") or (), path.child("envFrom"))
    errors += validate_volume_mounts(container, around.volumes, path.child("volumeMounts"))
    errors += validate_volume_devices(container, around.volumes, path.child("volumeDevices"))
    pull_policy = container.get("imagePullPolicy", "")
    errors += validate_pull_policy(pull_policy, path.child("imagePullPolicy"))
    errors += validate_requirements(
        container.get("resources") or {},
        around.claim_names,
        path.child("resources"),
        any_huge_pages=options.any_huge_pages,
    )
    errors += validate_resize_policy(
        container.get("resizePolicy") or (),
        around.spec.get("restartPolicy", ""),
        path.child("resizePolicy"),
    )
    return errors + validate_security_context(
        container.get("securityContext"), around.host_users, path.child("securityContext")
    )


def _validate_message_policy(container: Container, path: Path) -> list[FieldError]:
    policy = container.get("terminationMessagePolicy", "")
    if not policy:
        return [required(path)]
    return [] if policy in _MESSAGE_POLICIES else [not_supported(path, policy, _MESSAGE_POLICIES)]


def validate_images_of_pod(containers: Sequence[Container], path: Path) -> list[FieldError]:
    """What holds for the containers of a pod, and is let through in templates."""
    errors: list[FieldError] = []
    for index, container in enumerate(containers):
        errors += validate_image_of_pod(container, path.index(index))
    return errors


def validate_image_of_pod(container: Container, path: Path) -> list[FieldError]:
    image = container.get("image", "")
    if image == image.strip():
        return []
    explanation = "must not have leading or trailing whitespace"
    return [invalid(path.child("image"), image, explanation)]
