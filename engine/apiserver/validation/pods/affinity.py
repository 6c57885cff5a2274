"""Affinity of pods to nodes and to each other; how they spread over domains.

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
)
from engine.apiserver.validation.labels import validate_label_name, validate_label_selector
from engine.apiserver.validation.names import name_is_dns_label
from engine.apiserver.validation.node_selectors import (
    validate_node_selector,
    validate_preferred_terms,
    validate_weight,
)
from engine.apiserver.validation.pods.match_labels import (
    validate_match_label_keys,
    validate_spread_label_keys,
)
from engine.apiserver.validation.pods.options import PodOptions

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
_INCLUSION_POLICIES = ("Honor", "Ignore")
_NOT_POSITIVE = "must be greater than zero"


def validate_affinity(
    affinity: Mapping[str, Any] | None, options: PodOptions, path: Path
) -> list[FieldError]:
    if affinity is None:
        return []
    errors: list[FieldError] = []
    if (nodes := affinity.get("nodeAffinity")) is not None:
        errors += _validate_node_affinity(nodes, options, path.child("nodeAffinity"))
    for name in ("podAffinity", "podAntiAffinity"):
        if (rules := affinity.get(name)) is not None:
            errors += _validate_pod_affinity(rules, options, path.child(name))
    return errors


def _validate_node_affinity(
    affinity: Mapping[str, Any], options: PodOptions, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    if (selector := affinity.get(_REQUIRED)) is not None:
        errors += validate_node_selector(
            selector, path.child(_REQUIRED), any_values=options.any_node_affinity_values
        )
    terms = affinity.get(_PREFERRED) or ()
    return errors + validate_preferred_terms(terms, path.child(_PREFERRED))


def _validate_pod_affinity(
    affinity: Mapping[str, Any], options: PodOptions, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, term in enumerate(affinity.get(_REQUIRED) or ()):
        errors += _validate_term(term, options, path.child(_REQUIRED).index(index))
    for index, weighted in enumerate(affinity.get(_PREFERRED) or ()):
        item = path.child(_PREFERRED).index(index)
        errors += validate_weight(weighted.get("weight", 0), item.child("weight"))
        term = weighted.get("podAffinityTerm") or {}
        errors += _validate_term(term, options, item.child("podAffinityTerm"))
    return errors


def _validate_term(term: Mapping[str, Any], options: PodOptions, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("labelSelector", "namespaceSelector"):
        errors += validate_label_selector(
            term.get(name), path.child(name), any_values=options.any_selector_values
        )
    for namespace in term.get("namespaces") or ():
        errors += each(path.child("namespace"), namespace, name_is_dns_label(namespace, False))
    errors += validate_match_label_keys(
        path,
        term.get("matchLabelKeys") or (),
        term.get("mismatchLabelKeys") or (),
        term.get("labelSelector"),
    )
    topology_key, key_path = term.get("topologyKey", ""), path.child("topologyKey")
    if not topology_key:
        errors.append(required(key_path, "can not be empty"))
    return errors + validate_label_name(topology_key, key_path)


def validate_topology_spread(
    constraints: Sequence[Mapping[str, Any]], options: PodOptions, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, constraint in enumerate(constraints):
        item = path.index(index)
        errors += _validate_constraint(constraint, constraints[index + 1 :], item)
        keys, selector = constraint.get("matchLabelKeys") or (), constraint.get("labelSelector")
        if options.any_spread_label_keys:
            errors += validate_spread_label_keys(item.child("matchLabelKeys"), keys, selector)
        else:
            errors += validate_match_label_keys(item, keys, (), selector)
        if not options.any_spread_selector:
            errors += validate_label_selector(selector, item.child("labelSelector"))
    return errors


def _validate_constraint(
    constraint: Mapping[str, Any], following: Sequence[Mapping[str, Any]], path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    skew, key = constraint.get("maxSkew", 0), constraint.get("topologyKey", "")
    action = constraint.get("whenUnsatisfiable", "")
    if skew <= 0:
        errors.append(invalid(path.child("maxSkew"), skew, _NOT_POSITIVE))
    if not key:
        errors.append(required(path.child("topologyKey"), "can not be empty"))
    if action not in _ACTIONS:
        errors.append(not_supported(path.child("whenUnsatisfiable"), action, _ACTIONS))
    others = ((o.get("topologyKey", ""), o.get("whenUnsatisfiable", "")) for o in following)
    if (key, action) in others:
        both = path.child("{topologyKey, whenUnsatisfiable}")
        errors.append(duplicate(both, f"{{{key}, {action}}}"))
    if (domains := constraint.get("minDomains")) is not None:
        errors += _validate_min_domains(domains, action, path.child("minDomains"))
    for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        policy = constraint.get(name)
        if policy is not None and policy not in _INCLUSION_POLICIES:
            errors.append(not_supported(path.child(name), policy, _INCLUSION_POLICIES))
    return errors


def _validate_min_domains(domains: int, action: str, path: Path) -> list[FieldError]:
    errors = [invalid(path, domains, _NOT_POSITIVE)] if domains <= 0 else []
    if action != "DoNotSchedule":
        explanation = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        errors.append(invalid(path, domains, explanation))
    return errors
