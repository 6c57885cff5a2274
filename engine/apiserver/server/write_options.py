"""What is refused of a write before anybody looks at its body.

Source: k8s.io/apimachinery pkg/apis/meta/v1/validation/validation.go (ValidateCreateOptions,
ValidateUpdateOptions, ValidatePatchOptions), v1.36.
"""

from __future__ import annotations

from engine.apiserver.validation.field import FieldError, Path, forbidden, not_supported, required
from engine.apiserver.validation.metadata import validate_field_manager
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Write

_KINDS = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}
_VALIDATIONS = ("", "Ignore", "Strict", "Warn")


def check(write: Write) -> None:
    """Refuse a create, update or patch that is asked for in a way that it cannot be."""
    errors = _errors_of_patch(write) if write.verb == "patch" else []
    errors += validate_field_manager(write.manager, Path("fieldManager"))
    if write.validation not in _VALIDATIONS:
        errors.append(not_supported(Path("fieldValidation"), write.validation, _VALIDATIONS))
    if errors:
        raise status.invalid("meta.k8s.io", _KINDS[write.verb], "", errors)


def _errors_of_patch(write: Write) -> list[FieldError]:
    if write.patch_type == "apply":
        missing = required(Path("fieldManager"), "is required for apply patch")
        return [] if write.manager else [missing]
    if write.force is None:
        return []
    return [forbidden(Path("force"), "may not be specified for non-apply patch")]
