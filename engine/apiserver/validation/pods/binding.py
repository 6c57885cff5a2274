"""Bindings of pods to nodes, and PodTemplates.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import FieldError, Path, not_supported, required
from engine.apiserver.validation.metadata import (
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import name_is_dns_subdomain
from engine.apiserver.validation.pods.template import template_options, validate_pod_template


def validate_binding(binding: Object) -> list[FieldError]:
    """ValidatePodBinding: of the subresource `binding`."""
    target, path = binding.get("target") or {}, Path("target")
    errors: list[FieldError] = []
    kind = target.get("kind", "")
    if kind not in ("", "Node"):
        errors.append(not_supported(path.child("kind"), kind, ("Node", "<empty>")))
    if not target.get("name"):
        errors.append(required(path.child("name")))
    return errors


def validate_template_create(template: Object) -> list[FieldError]:
    errors = validate_object_meta(template["metadata"], True, name_is_dns_subdomain)
    return errors + validate_pod_template(template.get("template") or {}, Path("template"))


def validate_template_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    options = template_options(old.get("template") or {})
    return errors + validate_pod_template(new.get("template") or {}, Path("template"), options)
