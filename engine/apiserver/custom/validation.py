"""What is wrong with a custom resource.

Source: k8s.io/apiextensions-apiserver pkg/registry/customresource/{strategy,status_strategy,
validator}.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.apiserver.custom.cel.validation import Rules, rules_of
from engine.apiserver.custom.correlation import Correlation
from engine.apiserver.custom.definition import Definition
from engine.apiserver.custom.embedded import validate_embedded
from engine.apiserver.custom.findings import NOWHERE
from engine.apiserver.custom.list_types import validate_lists
from engine.apiserver.custom.openapi import validate_schema
from engine.apiserver.custom.schema import Schema, properties_of
from engine.apiserver.validation import field
from engine.apiserver.validation.field import FieldError, Path, invalid
from engine.apiserver.validation.metadata import validate_common_meta, validate_common_meta_update
from engine.apiserver.validation.names import is_path_segment_name, name_is_dns_subdomain

Object = dict[str, Any]

REPLICAS_MAX = 2**31 - 1

# Errors with which rules are not looked at any more (hasBlockingErr).
_BLOCKING = {
    field.NOT_SUPPORTED,
    field.REQUIRED,
    field.TOO_LONG,
    field.TOO_MANY,
    field.TYPE_INVALID,
}
NOT_CHECKED = (
    "some validation rules were not checked because the object was invalid; correct the existing "
    "errors to complete validation"
)


@dataclass(slots=True)
class Validator:
    """Validates objects of one version of a custom resource."""

    definition: Definition
    _rules: Rules | None = None

    def create_errors(self, obj: Object) -> Sequence[FieldError]:
        """What is wrong with a new object."""
        if errors := self._type_errors(obj):
            return errors
        schema, metadata = self.definition.schema, obj.get("metadata") or {}
        namespaced = self.definition.namespaced
        errors = validate_common_meta(metadata, namespaced, name_is_dns_subdomain)
        errors += validate_schema(obj, schema or {})
        errors += self._scale_errors(obj, spec=True)
        if self._has_embedded():
            errors += validate_embedded(obj, schema)
        errors += validate_lists(obj, schema)
        errors += self._rule_errors(obj, None, errors)
        return errors or validate_common_meta(metadata, namespaced, is_path_segment_name)

    def update_errors(
        self, new: Object, old: Object, subresource: str = ""
    ) -> Sequence[FieldError]:
        """What is wrong with an update of the object, or of its status."""
        metadata, before = new.get("metadata") or {}, old.get("metadata") or {}
        errors = validate_common_meta(metadata, self.definition.namespaced, is_path_segment_name)
        errors += validate_common_meta_update(metadata, before)
        if wrong := self._type_errors(new):
            return errors + wrong
        own = validate_common_meta_update(metadata, before)
        if subresource == "status":
            own += self._status_errors(new, old)
        else:
            own += self._object_errors(new, old)
        return errors + own + self._rule_errors(new, old, own)

    def _object_errors(self, new: Object, old: Object) -> list[FieldError]:
        schema = self.definition.schema
        correlation = Correlation(new, old, schema or {})
        errors = validate_schema(new, schema or {}, correlation=correlation)
        errors += self._scale_errors(new, spec=True)
        if self._has_embedded():
            errors += validate_embedded(new, schema)
        return errors + _new_list_errors(new, old, schema)

    def _status_errors(self, new: Object, old: Object) -> list[FieldError]:
        """The status by its own schema: messages begin at it."""
        schema = self.definition.schema
        status_schema = properties_of(schema).get("status")
        errors: list[FieldError] = []
        if "status" in new and status_schema:
            correlation = Correlation(new, old, schema or {}).key("status")
            errors += validate_schema(new["status"], status_schema, Path("status"), correlation)
        errors += self._scale_errors(new, spec=False)
        return errors + _new_list_errors(new, old, schema)

    def _type_errors(self, obj: Object) -> list[FieldError]:
        definition, errors = self.definition, []
        for name, wanted in (("kind", definition.kind), ("apiVersion", definition.api_version)):
            given = obj.get(name) or ""
            if given != wanted:
                errors.append(invalid(name, given, f"must be {wanted}"))
        return errors

    def _scale_errors(self, obj: Object, *, spec: bool) -> list[FieldError]:
        scale = self.definition.scale
        if scale is None:
            return []
        errors = _replicas_errors(obj, scale.spec_path) if spec else []
        errors += _replicas_errors(obj, scale.status_path)
        if scale.selector_path:
            _, why = _nested(obj, scale.selector_path, (str,), "string")
            if why:
                errors.append(invalid(scale.selector_path, "", why))
        return errors

    def _rule_errors(
        self, new: Object, old: Object | None, errors: Sequence[FieldError]
    ) -> list[FieldError]:
        if self._rules is None:
            self._rules = rules_of(self.definition.schema)
        if self._rules.none:
            return []
        if any(error.type in _BLOCKING for error in errors):
            return [invalid(NOWHERE, None, NOT_CHECKED)]
        return self._rules.errors(new, old)

    def _has_embedded(self) -> bool:
        return self.definition.version in self.definition.embedded


def _new_list_errors(new: Object, old: Object, schema: Schema | None) -> list[FieldError]:
    """A list may go on holding something twice."""
    errors = validate_lists(new, schema)
    return [] if errors and validate_lists(old, schema) else errors


def _replicas_errors(obj: Object, path: str) -> list[FieldError]:
    number, why = _nested(obj, path, (int,), "int64")
    if why:
        return [invalid(path, 0, why)]
    if number is not None and number < 0:
        return [invalid(path, number, "should be a non-negative integer")]
    if number is not None and number > REPLICAS_MAX:
        return [invalid(path, number, f"should be less than or equal to {REPLICAS_MAX}")]
    return []


def _nested(obj: Object, path: str, types: tuple[type, ...], wanted: str) -> tuple[Any, str]:
    """The value at a path, and what is wrong with it (NestedInt64, NestedString)."""
    names = path.removeprefix(".").split(".")
    value: Any = obj
    for i, name in enumerate(names):
        if value is None:
            return None, ""
        if not isinstance(value, dict):
            at, kind = "." + ".".join(names[:i]), _go_type(value)
            shown = _go_value(value)
            return None, (
                f"{at} accessor error: {shown} is of the type {kind}, "
                "expected map[string]interface{}"
            )
        if name not in value:
            return None, ""
        value = value[name]
    if isinstance(value, types) and not isinstance(value, bool):
        return value, ""
    at = "." + ".".join(names)
    kind = _go_type(value)
    return None, f"{at} accessor error: {_go_value(value)} is of the type {kind}, expected {wanted}"


def _go_type(value: Any) -> str:
    names = {
        str: "string", bool: "bool", int: "int64", float: "float64", list: "[]interface {}",
        dict: "map[string]interface {}",
    }  # fmt: skip
    return names.get(type(value), "<nil>")


def _go_value(value: Any) -> str:
    """A value as `%v` prints it."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(map(_go_value, value))}]"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{k}:{_go_value(v)}' for k, v in sorted(value.items()))}]"
    return str(value)
