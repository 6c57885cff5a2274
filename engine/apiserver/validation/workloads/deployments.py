"""Deployments and ReplicaSets.

After pkg/apis/apps/validation/validation.go and pkg/registry/apps/{deployment,replicaset}/
strategy.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import name_is_dns_subdomain
from engine.apiserver.validation.numbers import (
    number_of,
    validate_at_most_all,
    validate_immutable,
    validate_nonnegative,
    validate_nonnegative_fields,
    validate_not_above,
    validate_not_decremented,
    validate_positive_int_or_percent,
)
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.template import template_options
from engine.apiserver.validation.selectors import shown_selector
from engine.apiserver.validation.workloads.replicas import (
    MORE_THAN_REPLICAS,
    STATUS,
    validate_available,
    validate_replica_status,
    validate_selector_and_template,
)

_SPEC = Path("spec")
_STRATEGY = "io.k8s.api.apps.v1.DeploymentStrategy"
# The message of both kinds.
_EMPTY = "empty selector is invalid for deployment"
_ROLLBACK = "deprecated.deployment.rollback.to"
_COUNTS = (
    "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
    "unavailableReplicas", "collisionCount",
)  # fmt: skip


def validate_deployment_create(deployment: Object) -> list[FieldError]:
    errors = validate_object_meta(deployment["metadata"], True, name_is_dns_subdomain)
    return errors + _validate_deployment_spec(deployment, template_options(None))


def validate_deployment_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate_deployment_spec(new, _options(old))
    return errors + validate_selector_update(new, old)


def _options(old: Object) -> PodOptions:
    return template_options((old.get("spec") or {}).get("template") or {})


def validate_selector_update(new: Object, old: Object) -> list[FieldError]:
    """What a workload selects stays."""
    selector = (new.get("spec") or {}).get("selector")
    before = (old.get("spec") or {}).get("selector")
    path = _SPEC.child("selector")
    return validate_immutable(selector, before, path, shown_selector(selector))


def _validate_deployment_spec(deployment: Object, options: PodOptions) -> list[FieldError]:
    spec = deployment.get("spec") or {}
    errors = validate_nonnegative(spec.get("replicas"), _SPEC.child("replicas"))
    errors += validate_selector_and_template(spec, _SPEC, options, _EMPTY)
    errors += _validate_strategy(spec.get("strategy") or {}, _SPEC.child("strategy"))
    errors += validate_nonnegative_fields(spec, ("minReadySeconds", "revisionHistoryLimit"), _SPEC)
    rollback = (deployment["metadata"].get("annotations") or {}).get(_ROLLBACK)
    if rollback:
        errors += validate_nonnegative(int(rollback), _SPEC.child("rollback", "version"))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        path = _SPEC.child("progressDeadlineSeconds")
        errors += validate_nonnegative(deadline, path)
        if deadline <= spec.get("minReadySeconds", 0):
            errors.append(invalid(path, deadline, "must be greater than minReadySeconds"))
    return errors


def _validate_strategy(strategy: Mapping[str, Any], path: Path) -> list[FieldError]:
    rolling, rolling_path = strategy.get("rollingUpdate"), path.child("rollingUpdate")
    match strategy.get("type", ""):
        case "Recreate":
            explanation = "may not be specified when strategy `type` is 'Recreate'"
            return [] if rolling is None else [forbidden(rolling_path, explanation)]
        case "RollingUpdate" if rolling is not None:
            return _validate_rolling_update(rolling, rolling_path)
        case "RollingUpdate":
            return [required(rolling_path, "this should be defaulted and never be nil")]
    shown = internal_form(_STRATEGY, strategy)
    return [not_supported(path, shown, ("Recreate", "RollingUpdate"))]


def _validate_rolling_update(rolling: Mapping[str, Any], path: Path) -> list[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    unavailable_path = path.child("maxUnavailable")
    errors = validate_positive_int_or_percent(unavailable, unavailable_path)
    errors += validate_positive_int_or_percent(surge, path.child("maxSurge"))
    if not number_of(unavailable) and not number_of(surge):
        explanation = "may not be 0 when `maxSurge` is 0"
        errors.append(invalid(unavailable_path, unavailable, explanation))
    return errors + validate_at_most_all(unavailable, unavailable_path)


def validate_deployment_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    status, before = new.get("status") or {}, old.get("status") or {}
    errors += validate_nonnegative_fields(status, _COUNTS, STATUS)
    counts = ("updatedReplicas", "readyReplicas", "availableReplicas")
    errors += validate_not_above(status, counts, "replicas", STATUS, MORE_THAN_REPLICAS)
    errors += validate_available(status, "cannot be greater than readyReplicas")
    return errors + validate_not_decremented(status, before, "collisionCount", STATUS)


def validate_replica_set_create(replica_set: Object) -> list[FieldError]:
    errors = validate_object_meta(replica_set["metadata"], True, name_is_dns_subdomain)
    return errors + _validate_replica_set_spec(replica_set, template_options(None))


def validate_replica_set_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate_replica_set_spec(new, _options(old))
    return errors + validate_selector_update(new, old)


def _validate_replica_set_spec(replica_set: Object, options: PodOptions) -> list[FieldError]:
    spec = replica_set.get("spec") or {}
    errors = validate_nonnegative_fields(spec, ("replicas", "minReadySeconds"), _SPEC)
    return errors + validate_selector_and_template(spec, _SPEC, options, _EMPTY)


def validate_replica_set_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + validate_replica_status(new.get("status") or {})
