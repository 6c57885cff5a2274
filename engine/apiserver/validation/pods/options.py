"""What is let through in a pod's spec because the stored one has it already.

After GetValidationOptionsFromPodSpecAndMeta in pkg/api/pod/util.go (v1.36), with the feature gates
as they are by default.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.apiserver.validation.field import Path
from engine.apiserver.validation.labels import has_invalid_values
from engine.apiserver.validation.names import is_label_value
from engine.apiserver.validation.paths import leaves_its_folder
from engine.apiserver.validation.pods.annotations import deletion_cost_is_valid
from engine.apiserver.validation.pods.match_labels import validate_match_label_keys
from engine.apiserver.validation.pods.sysctls import clashes_with_host
from engine.apiserver.validation.resources import indivisible_huge_pages

CONTAINER_FIELDS = ("initContainers", "containers", "ephemeralContainers")


@dataclass(frozen=True, slots=True)
class PodOptions:
    """`resource_is_pod` tells a pod from the template of one; all else is off for a new object."""

    resource_is_pod: bool = False
    any_deletion_cost: bool = False
    any_selector_values: bool = False
    any_node_affinity_values: bool = False
    any_spread_selector: bool = False
    any_spread_label_keys: bool = False
    any_huge_pages: bool = False
    any_token_path: bool = False
    any_host_sysctls: bool = False
    any_selinux_change_policy: bool = False
    any_user_namespace_devices: bool = False


def options_from(
    old_spec: Mapping[str, Any] | None,
    old_metadata: Mapping[str, Any] | None,
    *,
    resource_is_pod: bool = False,
) -> PodOptions:
    """What the stored spec and metadata (None for a new object) excuse."""
    if old_spec is None:
        return PodOptions(resource_is_pod=resource_is_pod)
    containers = [container for container, _ in containers_of(old_spec, Path(""))]
    security = old_spec.get("securityContext") or {}
    affinity = old_spec.get("affinity") or {}
    spread = old_spec.get("topologySpreadConstraints") or ()
    old_annotations = (old_metadata or {}).get("annotations") or {}
    return PodOptions(
        resource_is_pod=resource_is_pod,
        any_deletion_cost=not deletion_cost_is_valid(old_annotations),
        any_selector_values=any(map(has_invalid_values, _affinity_selectors(affinity))),
        any_node_affinity_values=_has_invalid_node_values(affinity),
        any_spread_selector=any(has_invalid_values(item.get("labelSelector")) for item in spread),
        any_spread_label_keys=any(
            validate_match_label_keys(
                Path(""), item.get("matchLabelKeys") or (), (), item.get("labelSelector")
            )
            for item in spread
        ),
        any_huge_pages=any(
            indivisible_huge_pages(container.get("resources") or {}) for container in containers
        ),
        any_token_path=any(map(leaves_its_folder, _token_paths(old_spec))),
        any_host_sysctls=any(
            clashes_with_host(sysctl.get("name", ""), old_spec)
            for sysctl in security.get("sysctls") or ()
        ),
        any_selinux_change_policy="seLinuxChangePolicy" in security,
        any_user_namespace_devices=old_spec.get("hostUsers") is False
        and any(container.get("volumeDevices") for container in containers),
    )


def containers_of(spec: Mapping[str, Any], path: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Every container of a spec with its path (VisitContainersWithPath)."""
    for name in CONTAINER_FIELDS:
        field_path = path.child(name)
        for index, container in enumerate(spec.get(name) or ()):
            yield container, field_path.index(index)


def _affinity_selectors(affinity: Mapping[str, Any]) -> Iterable[Mapping[str, Any] | None]:
    for name in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(name) or {}
        preferred = rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        terms = [
            *(rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ()),
            *(weighted.get("podAffinityTerm") or {} for weighted in preferred),
        ]
        for term in terms:
            yield term.get("labelSelector")
            yield term.get("namespaceSelector")


def _has_invalid_node_values(affinity: Mapping[str, Any]) -> bool:
    node_affinity = affinity.get("nodeAffinity") or {}
    selector = node_affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    return any(
        is_label_value(value)
        for term in selector.get("nodeSelectorTerms") or ()
        for requirement in term.get("matchExpressions") or ()
        for value in requirement.get("values") or ()
    )


def _token_paths(spec: Mapping[str, Any]) -> Iterable[str]:
    for volume in spec.get("volumes") or ():
        for source in (volume.get("projected") or {}).get("sources") or ():
            token = source.get("serviceAccountToken")
            if token is not None:
                yield token.get("path", "")
