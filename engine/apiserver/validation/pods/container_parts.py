"""Ports, restart rules and resize policies of a container.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.names import is_port_name, is_port_number

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_RESTART_POLICIES = ("Always", "Never", "OnFailure")
_RESTART_RULES_MAX = 20
_EXIT_CODES_MAX = 255
# The second is on by default since v1.36 (RestartAllContainersOnContainerExits).
RESTART_ALL = "RestartAllContainers"
_RESTART_ACTIONS = ("Restart", RESTART_ALL)
_RESIZE_POLICIES = ("NotRequired", "RestartContainer")
_RESIZE_RESOURCES = ("cpu", "memory")


def validate_ports(ports: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        item = path.index(index)
        if name := port.get("name"):
            errors += _validate_port_name(name, names, item.child("name"))
        if number := port.get("containerPort"):
            errors += each(item.child("containerPort"), number, is_port_number(number))
        else:
            errors.append(required(item.child("containerPort")))
        if host_port := port.get("hostPort"):
            errors += each(item.child("hostPort"), host_port, is_port_number(host_port))
        protocol, protocol_path = port.get("protocol", ""), item.child("protocol")
        if not protocol:
            errors.append(required(protocol_path))
        elif protocol not in _PROTOCOLS:
            errors.append(not_supported(protocol_path, protocol, _PROTOCOLS))
    return errors


def _validate_port_name(name: str, names: set[str], path: Path) -> list[FieldError]:
    if problems := is_port_name(name):
        return each(path, name, problems)
    if name in names:
        return [duplicate(path, name)]
    names.add(name)
    return []


def validate_unique_host_ports(
    containers: Sequence[Mapping[str, Any]], path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    taken: set[str] = set()
    for index, container in enumerate(containers):
        for position, port in enumerate(container.get("ports") or ()):
            number = port.get("hostPort", 0)
            if not number:
                continue
            key = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{number}"
            if key in taken:
                port_path = path.index(index).child("ports").index(position)
                errors.append(duplicate(port_path.child("hostPort"), key))
            taken.add(key)
    return errors


def validate_restart_rules(container: Mapping[str, Any], path: Path) -> list[FieldError]:
    """The restart policy of a container and its rules (validateContainerRestartPolicy)."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or ()
    errors: list[FieldError] = []
    policy_path, rules_path = path.child("restartPolicy"), path.child("restartPolicyRules")
    if policy is None:
        if not rules:
            return []
        explanation = "must specify restartPolicy when restart rules are used"
        errors.append(required(policy_path, explanation))
    elif policy not in _RESTART_POLICIES:
        errors.append(not_supported(policy_path, policy, _RESTART_POLICIES))
    if len(rules) > _RESTART_RULES_MAX:
        errors.append(too_long(rules_path, _RESTART_RULES_MAX))
    for index, rule in enumerate(rules):
        errors += _validate_restart_rule(rule, rules_path.index(index))
    return errors


def _validate_restart_rule(rule: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    action, codes = rule.get("action", ""), rule.get("exitCodes")
    if action not in _RESTART_ACTIONS:
        errors.append(not_supported(path.child("action"), action, _RESTART_ACTIONS))
    codes_path = path.child("exitCodes")
    if codes is None:
        return [*errors, required(codes_path, "must be specified")]
    operator = codes.get("operator", "")
    if operator not in ("In", "NotIn"):
        errors.append(not_supported(codes_path.child("operator"), operator, ("In", "NotIn")))
    if len(codes.get("values") or ()) > _EXIT_CODES_MAX:
        errors.append(too_long(codes_path.child("values"), _EXIT_CODES_MAX))
    return errors


def validate_resize_policy(
    policies: Sequence[Mapping[str, Any]], pod_restart_policy: str, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        name, restart = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if name in seen:
            errors.append(duplicate(path.index(index), name))
        seen.add(name)
        for value, supported in ((name, _RESIZE_RESOURCES), (restart, _RESIZE_POLICIES)):
            if not value:
                errors.append(required(path))
            elif value not in supported:
                errors.append(not_supported(path, value, supported))
        if pod_restart_policy == "Never" and restart != "NotRequired":
            explanation = "must be 'NotRequired' when `restartPolicy` is 'Never'"
            errors.append(invalid(path, restart, explanation))
    return errors
