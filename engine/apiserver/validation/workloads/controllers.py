"""ReplicationControllers.

After pkg/apis/core/validation/validation.go and pkg/registry/core/replicationcontroller/
strategy.go (v1.36).
"""

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import FieldError, Path, required
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import name_is_dns_subdomain
from engine.apiserver.validation.numbers import validate_nonnegative
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.template import template_options
from engine.apiserver.validation.selectors import labels_of, validate_selects
from engine.apiserver.validation.workloads.replicas import (
    validate_lasting_template,
    validate_replica_status,
)
from engine.model.selector import Selector

_SPEC = Path("spec")


def validate_controller_create(controller: Object) -> list[FieldError]:
    errors = validate_object_meta(controller["metadata"], True, name_is_dns_subdomain)
    return errors + _validate_spec(controller, template_options(None))


def validate_controller_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateUpdate checks what a new one must be and what an update must be."""
    options = template_options((old.get("spec") or {}).get("template"))
    errors = validate_object_meta(new["metadata"], True, name_is_dns_subdomain)
    errors += _validate_spec(new, options)
    errors += validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + _validate_spec(new, options)


def _validate_spec(controller: Object, options: PodOptions) -> list[FieldError]:
    spec = controller.get("spec") or {}
    labels, template = spec.get("selector"), spec.get("template")
    errors = validate_nonnegative(spec.get("minReadySeconds"), _SPEC.child("minReadySeconds"))
    if not labels:
        errors.append(required(_SPEC.child("selector")))
    errors += validate_nonnegative(spec.get("replicas"), _SPEC.child("replicas"))
    path = _SPEC.child("template")
    if template is None:
        return [*errors, required(path)]
    errors += validate_selects(Selector.from_map(labels), labels_of(template), path)
    return errors + validate_lasting_template(template, path, options, "ReplicationController")


def validate_controller_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + validate_replica_status(new.get("status") or {})
