"""PriorityClasses and RuntimeClasses.

After pkg/apis/scheduling/validation/validation.go, pkg/apis/scheduling/v1/helpers.go and
pkg/apis/node/validation/validation.go (v1.36).
"""

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    not_supported,
    required,
)
from engine.apiserver.validation.labels import validate_labels
from engine.apiserver.validation.metadata import (
    METADATA,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import name_is_dns_label, name_is_dns_subdomain
from engine.apiserver.validation.numbers import validate_immutable_field
from engine.apiserver.validation.pods.spec import PREEMPTION_POLICIES
from engine.apiserver.validation.pods.tolerations import validate_tolerations
from engine.apiserver.validation.resources import validate_requirements

_PREFIX = "system-"
_USER_VALUE_MAX = 1_000_000_000
_SYSTEM_VALUES = {
    "system-node-critical": 2 * _USER_VALUE_MAX + 1000,
    "system-cluster-critical": 2 * _USER_VALUE_MAX,
}


def validate_priority_class_create(priority_class: Object) -> list[FieldError]:
    metadata, value = priority_class["metadata"], priority_class.get("value", 0)
    name = metadata.get("name", "")
    errors = validate_object_meta(metadata, False, name_is_dns_subdomain)
    if name.startswith(_PREFIX):
        problem = _system_problem(name, value, bool(priority_class.get("globalDefault")))
        if problem:
            reserved = f"priority class names with '{_PREFIX}' prefix are reserved"
            explanation = f"{reserved} for system use only. error: {problem}"
            errors.append(forbidden(METADATA.child("name"), explanation))
    elif value > _USER_VALUE_MAX:
        explanation = f"maximum allowed value of a user defined priority is {_USER_VALUE_MAX}"
        errors.append(forbidden("value", explanation))
    policy, path = priority_class.get("preemptionPolicy"), Path("preemptionPolicy")
    if policy == "":
        errors.append(required(path))
    elif policy is not None and policy not in PREEMPTION_POLICIES:
        errors.append(not_supported(path, policy, PREEMPTION_POLICIES))
    return errors


def _system_problem(name: str, value: int, is_default: bool) -> str:
    """Why it is none of Kubernetes' own classes (IsKnownSystemPriorityClass)."""
    if name not in _SYSTEM_VALUES:
        return f"{name} is not a known system priority class"
    if value != _SYSTEM_VALUES[name]:
        return f"value of {name} PriorityClass must be {_SYSTEM_VALUES[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if is_default else ""


def validate_priority_class_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    if new.get("value", 0) != old.get("value", 0):
        errors.append(forbidden("value", "may not be changed in an update."))
    return errors + validate_immutable_field(new, old, "preemptionPolicy", Path("preemptionPolicy"))


def validate_runtime_class_create(runtime_class: Object) -> list[FieldError]:
    handler = runtime_class.get("handler", "")
    errors = validate_object_meta(runtime_class["metadata"], False, name_is_dns_subdomain)
    errors += each(Path("handler"), handler, name_is_dns_label(handler, False))
    overhead = (runtime_class.get("overhead") or {}).get("podFixed")
    if overhead is not None:
        errors += validate_requirements({"limits": overhead}, (), Path("overhead.podFixed"))
    scheduling, path = runtime_class.get("scheduling") or {}, Path("scheduling")
    errors += validate_labels(scheduling.get("nodeSelector"), path.child("nodeSelector"))
    tolerations = scheduling.get("tolerations") or ()
    return errors + validate_tolerations(tolerations, path.child("tolerations"))


def validate_runtime_class_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateUpdate checks what a new one must be and what an update must be."""
    errors = validate_runtime_class_create(new)
    errors += validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + validate_immutable_field(new, old, "handler", Path("handler"))
