"""What Deployments, ReplicaSets and ReplicationControllers share.

After pkg/apis/apps/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, forbidden, invalid, not_supported
from engine.apiserver.validation.numbers import validate_nonnegative_fields, validate_not_above
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.template import validate_pod_template
from engine.apiserver.validation.selectors import (
    labels_of,
    selector_of,
    shown_selector,
    validate_given_selector,
    validate_selects,
)

STATUS = Path("status")
MORE_THAN_REPLICAS = "cannot be greater than status.replicas"

Spec = Mapping[str, Any]


def validate_selector_and_template(
    spec: Spec, path: Path, options: PodOptions, empty: str
) -> list[FieldError]:
    """Of Deployments and ReplicaSets."""
    given, selector_path = spec.get("selector"), path.child("selector")
    errors = validate_given_selector(given, selector_path, empty)
    selector = selector_of(given)
    if selector is None:
        return [*errors, invalid(selector_path, shown_selector(given), "invalid label selector")]
    template, template_path = spec.get("template") or {}, path.child("template")
    errors += validate_selects(selector, labels_of(template), template_path)
    return errors + validate_lasting_template(template, template_path, options, "ReplicaSet")


def validate_lasting_template(
    template: Mapping[str, Any], path: Path, options: PodOptions, kind: str
) -> list[FieldError]:
    """The template of pods that run until they are deleted."""
    errors = validate_pod_template(template, path, options)
    return errors + validate_runs_always(template.get("spec") or {}, path.child("spec"), kind)


def validate_runs_always(spec: Spec, path: Path, kind: str) -> list[FieldError]:
    errors: list[FieldError] = []
    policy = spec.get("restartPolicy", "")
    if policy != "Always":
        errors.append(not_supported(path.child("restartPolicy"), policy, ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        explanation = f"activeDeadlineSeconds in {kind} is not Supported"
        errors.append(forbidden(path.child("activeDeadlineSeconds"), explanation))
    return errors


def validate_replica_status(status: Mapping[str, Any]) -> list[FieldError]:
    """Of ReplicaSets and ReplicationControllers."""
    counts = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
    errors = validate_nonnegative_fields(
        status, ("replicas", *counts, "observedGeneration"), STATUS
    )
    errors += validate_not_above(status, counts, "replicas", STATUS, MORE_THAN_REPLICAS)
    return errors + validate_available(status, "cannot be greater than readyReplicas")


def validate_available(status: Mapping[str, Any], explanation: str) -> list[FieldError]:
    """What is available is ready too."""
    names = ("availableReplicas",)
    return validate_not_above(status, names, "readyReplicas", STATUS, explanation)
