"""Leases and Events.

After pkg/apis/coordination/validation/validation.go and pkg/apis/core/validation/events.go
(v1.36).
"""

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import FieldError, Path, each, forbidden, invalid, required
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import (
    is_dns1123_subdomain,
    is_qualified_name,
    name_is_dns_subdomain,
    size,
)
from engine.apiserver.validation.numbers import validate_nonnegative

_SPEC = Path("spec")
_FIELD_LENGTH_MAX = 128
_MESSAGE_LENGTH_MAX = 1024


def validate_lease_create(lease: Object) -> list[FieldError]:
    errors = validate_object_meta(lease["metadata"], True, name_is_dns_subdomain)
    return errors + _validate_lease_spec(lease)


def validate_lease_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + _validate_lease_spec(new)


def _validate_lease_spec(lease: Object) -> list[FieldError]:
    spec = lease.get("spec") or {}
    seconds, path = spec.get("leaseDurationSeconds"), _SPEC.child("leaseDurationSeconds")
    errors: list[FieldError] = []
    if seconds is not None and seconds <= 0:
        errors.append(invalid(path, seconds, "must be greater than 0"))
    errors += validate_nonnegative(spec.get("leaseTransitions"), _SPEC.child("leaseTransitions"))
    if spec.get("preferredHolder") and not spec.get("strategy"):
        explanation = "may only be specified if `strategy` is defined"
        errors.append(forbidden(_SPEC.child("preferredHolder"), explanation))
    return errors


def validate_event_create(event: Object) -> list[FieldError]:
    """Of v1, in which all Events are stored; old clients name no time of the event."""
    namespace = event["metadata"].get("namespace", "")
    about = (event.get("involvedObject") or {}).get("namespace", "")
    timed = event.get("eventTime") is not None
    if timed:
        fits = bool(about) or namespace in ("default", "kube-system")
    else:
        fits = about == namespace if about else namespace in ("", "default")
    errors: list[FieldError] = []
    if not fits:
        path = Path("involvedObject.namespace")
        errors.append(invalid(path, about, "does not match event.namespace"))
    if timed:
        errors += _validate_new_event(event)
    return errors + each(Path("namespace"), namespace, is_dns1123_subdomain(namespace))


def validate_event_update(new: Object, old: Object) -> list[FieldError]:
    return validate_event_create(new)


def _validate_new_event(event: Object) -> list[FieldError]:
    controller, path = event.get("reportingComponent", ""), Path("reportingComponent")
    errors = [] if controller else [required(path)]
    errors += each(path, controller, is_qualified_name(controller))
    for name in ("reportingInstance", "action", "reason"):
        value = event.get(name, "")
        errors += [] if value else [required(name)]
        errors += _validate_length(name, value, _FIELD_LENGTH_MAX)
    return errors + _validate_length("message", event.get("message", ""), _MESSAGE_LENGTH_MAX)


def _validate_length(name: str, value: str, length_max: int) -> list[FieldError]:
    explanation = f"can have at most {length_max} characters"
    return [invalid(name, "", explanation)] if size(value) > length_max else []
