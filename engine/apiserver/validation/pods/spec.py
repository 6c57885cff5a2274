"""The spec of a pod.

After ValidatePodSpec in pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    ROOT,
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.ips import validate_legacy_ip
from engine.apiserver.validation.labels import validate_labels
from engine.apiserver.validation.names import (
    ID_MAX,
    in_range,
    is_dns1123_label,
    is_dns1123_subdomain,
    is_qualified_name,
    name_is_dns_subdomain,
    size,
)
from engine.apiserver.validation.pods.affinity import validate_affinity, validate_topology_spread
from engine.apiserver.validation.pods.annotations import MIRROR
from engine.apiserver.validation.pods.containers import (
    Surroundings,
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from engine.apiserver.validation.pods.dns import validate_dns_config
from engine.apiserver.validation.pods.env import validate_file_key_volumes
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.os import validate_os
from engine.apiserver.validation.pods.pod_resources import validate_pod_resources
from engine.apiserver.validation.pods.security import (
    validate_host_users,
    validate_pod_security_context,
)
from engine.apiserver.validation.pods.tolerations import validate_tolerations
from engine.apiserver.validation.pods.volumes import validate_volumes
from engine.apiserver.validation.pods.windows import validate_host_processes
from engine.apiserver.validation.resources import validate_requirements

Spec = Mapping[str, Any]

_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")
_HOSTNAME_OVERRIDE_MAX = 64
_RESOURCE_CLAIM = "io.k8s.api.core.v1.PodResourceClaim"


def validate_pod_spec(
    spec: Spec, metadata: Mapping[str, Any] | None, path: Path, options: PodOptions
) -> list[FieldError]:
    """`metadata` is that of the pod, None for a template."""
    errors: list[FieldError] = []
    if spec.get("terminationGracePeriodSeconds") is None:
        errors.append(required(path.child("terminationGracePeriodSeconds")))
    volumes, found = validate_volumes(
        spec.get("volumes") or (), metadata, options, path.child("volumes")
    )
    errors += found
    claims = spec.get("resourceClaims") or ()
    claim_names = {claim["name"] for claim in claims if claim.get("name")}
    errors += _validate_claims(claims, metadata, path.child("resourceClaims"))
    around = Surroundings(spec, volumes, claim_names, options)
    errors += validate_containers(around, path.child("containers"))
    errors += validate_init_containers(around, path.child("initContainers"))
    errors += validate_ephemeral_containers(around, path.child("ephemeralContainers"))
    errors += validate_pod_resources(spec, claim_names, options, path)
    errors += _validate_host_network(spec, options, path.child("containers"))
    errors += _validate_choice(spec, "restartPolicy", _RESTART_POLICIES, path)
    errors += _validate_choice(spec, "dnsPolicy", _DNS_POLICIES, path)
    errors += validate_labels(spec.get("nodeSelector"), path.child("nodeSelector"))
    errors += validate_pod_security_context(spec, options, path.child("securityContext"))
    errors += _validate_scheduling(spec, options, path)
    errors += validate_host_processes(spec, path)
    errors += validate_host_users(spec, options, path)
    errors += _validate_hostname_override(spec, path.child("hostnameOverride"))
    errors += _validate_names(spec, path)
    errors += _validate_priority_and_class(spec, path)
    errors += validate_os(spec, path)
    return errors + validate_file_key_volumes(spec, path)


def _validate_scheduling(spec: Spec, options: PodOptions, path: Path) -> list[FieldError]:
    errors = validate_affinity(spec.get("affinity"), options, path.child("affinity"))
    errors += validate_dns_config(spec, path.child("dnsConfig"))
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        kind, item = gate.get("conditionType", ""), path.child("readinessGates").index(index)
        errors += each(item.child("conditionType"), kind, is_qualified_name(kind))
    errors += _validate_gates(spec.get("schedulingGates") or (), path.child("schedulingGates"))
    return errors + validate_topology_spread(
        spec.get("topologySpreadConstraints") or (),
        options,
        path.child("topologySpreadConstraints"),
    )


def _validate_gates(gates: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        name, item = gate.get("name", ""), path.index(index)
        errors += each(item, name, is_qualified_name(name))
        if name in seen:
            errors.append(duplicate(item, name))
        seen.add(name)
    return errors


def _validate_claims(
    claims: Sequence[Mapping[str, Any]], metadata: Mapping[str, Any] | None, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    mirrored = MIRROR in ((metadata or {}).get("annotations") or {})
    for index, claim in enumerate(claims):
        if mirrored:
            errors.append(forbidden(ROOT, "static pods do not support resource claims"))
        else:
            errors += _validate_claim(claim, names, path.index(index))
    return errors


def _validate_claim(claim: Mapping[str, Any], names: set[str], path: Path) -> list[FieldError]:
    name, name_path = claim.get("name", ""), path.child("name")
    errors: list[FieldError] = []
    if not name:
        errors.append(required(name_path))
    elif name in names:
        errors.append(duplicate(name_path, name))
    else:
        errors += each(name_path, name, is_dns1123_label(name))
        names.add(name)
    fields = ("resourceClaimName", "resourceClaimTemplateName")
    given = [field for field in fields if claim.get(field) is not None]
    if len(given) == 2:
        explanation = (
            "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
        )
        errors.append(invalid(path, internal_form(_RESOURCE_CLAIM, claim), explanation))
    if not given:
        explanation = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
        errors.append(invalid(path, internal_form(_RESOURCE_CLAIM, claim), explanation))
    for field in given:
        value = claim[field]
        errors += each(path.child(field), value, name_is_dns_subdomain(value, False))
    return errors


def _validate_host_network(spec: Spec, options: PodOptions, path: Path) -> list[FieldError]:
    """On the host's network a port of the container is a port of the host."""
    if not spec.get("hostNetwork"):
        return []
    errors: list[FieldError] = []
    for index, container in enumerate(spec.get("containers") or ()):
        for position, port in enumerate(container.get("ports") or ()):
            host_port = port.get("hostPort", 0)
            asked = options.resource_is_pod or host_port
            if asked and host_port != port.get("containerPort", 0):
                explanation = "must match `containerPort` when `hostNetwork` is true"
                port_path = path.index(index).child("ports").index(position)
                errors.append(invalid(port_path.child("hostPort"), host_port, explanation))
    return errors


def _validate_choice(
    spec: Spec, field: str, supported: tuple[str, ...], path: Path
) -> list[FieldError]:
    value = spec.get(field, "")
    if not value:
        return [required(path.child(field))]
    return [] if value in supported else [not_supported(path.child(field), value, supported)]


def _validate_hostname_override(spec: Spec, path: Path) -> list[FieldError]:
    name = spec.get("hostnameOverride")
    if name is None:
        return []
    errors = [
        forbidden(path, f"may not be specified when {field} is true")
        for field in ("setHostnameAsFQDN", "hostNetwork")
        if spec.get(field)
    ]
    if size(name) > _HOSTNAME_OVERRIDE_MAX:
        errors.append(too_long(path, _HOSTNAME_OVERRIDE_MAX))
    return errors + each(path, name, is_dns1123_subdomain(name))


def _validate_names(spec: Spec, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in ("serviceAccountName", "nodeName"):
        if name := spec.get(field):
            errors += each(path.child(field), name, name_is_dns_subdomain(name, False))
    if (deadline := spec.get("activeDeadlineSeconds")) is not None:
        problems = in_range(deadline, 1, ID_MAX)
        errors += each(path.child("activeDeadlineSeconds"), deadline, problems)
    for field in ("hostname", "subdomain"):
        if name := spec.get(field):
            errors += each(path.child(field), name, is_dns1123_label(name))
    errors += validate_tolerations(spec.get("tolerations") or (), path.child("tolerations"))
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        item = path.child("hostAliases").index(index)
        errors += validate_legacy_ip(item.child("ip"), alias.get("ip", ""))
        for position, hostname in enumerate(alias.get("hostnames") or ()):
            hostname_path = item.child("hostnames").index(position)
            errors += each(hostname_path, hostname, is_dns1123_subdomain(hostname))
    return errors


def _validate_priority_and_class(spec: Spec, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if name := spec.get("priorityClassName"):
        errors += each(path.child("priorityClassName"), name, name_is_dns_subdomain(name, False))
    if (name := spec.get("runtimeClassName")) is not None:
        errors += each(path.child("runtimeClassName"), name, name_is_dns_subdomain(name, False))
    if spec.get("preemptionPolicy") is not None:
        errors += _validate_choice(spec, "preemptionPolicy", PREEMPTION_POLICIES, path)
    if (overhead := spec.get("overhead")) is not None:
        errors += validate_requirements({"limits": overhead}, (), path.child("overhead"))
    return errors
