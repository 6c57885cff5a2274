"""The door: is an object valid, as it is created or updated?

Objects come in their typed form, with defaults, prepared by their strategy. An empty list says yes.
After staging/src/k8s.io/apiserver/pkg/registry/rest/create.go and update.go (v1.36).
"""

from engine.apiserver.validation.contract import Object, Rules
from engine.apiserver.validation.field import FieldError
from engine.apiserver.validation.metadata import validate_common_meta, validate_common_meta_update
from engine.apiserver.validation.names import is_path_segment_name
from engine.apiserver.validation.registry import RULES


def rules_of(obj: Object) -> Rules | None:
    """The rules of an object's kind, or None where there are none (a custom resource)."""
    return RULES.get((obj.get("apiVersion", ""), obj.get("kind", "")))


def validate_create(obj: Object) -> list[FieldError]:
    rules = rules_of(obj)
    if rules is None:
        return []
    errors = rules.create(obj)
    if not errors:
        # Only now, so that a kind's own messages are preferred.
        metadata = obj.get("metadata") or {}
        errors = validate_common_meta(metadata, rules.namespaced, is_path_segment_name)
    return errors


def validate_update(new: Object, old: Object, subresource: str = "") -> list[FieldError]:
    rules = rules_of(new)
    if rules is None:
        return []
    metadata = new.get("metadata") or {}
    errors = validate_common_meta(metadata, rules.namespaced, is_path_segment_name)
    errors += validate_common_meta_update(metadata, old.get("metadata") or {})
    update = rules.subresources.get(subresource, rules.update)
    return errors + update(new, old)
