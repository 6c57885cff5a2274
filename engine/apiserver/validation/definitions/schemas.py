"""The schema of a version: what a CustomResourceDefinition may say in it.

After ValidateCustomResourceDefinitionOpenAPISchema and validateCustomResourceDefinitionValidation
in pkg/apis/apiextensions/validation/validation.go (v1.36). The cost of rules is not estimated, and
their types are not checked: only that they can be parsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.apiserver.custom.cel.paths import field_path
from engine.apiserver.custom.cel.program import CompilationError, compiled
from engine.apiserver.custom.schema import (
    EMBEDDED,
    META_FIELDS,
    PRESERVE,
    VALIDATIONS,
    Schema,
    items_of,
    mapping,
    mappings,
    others_of,
    properties_of,
)
from engine.apiserver.validation.definitions.list_types import validate_list_type
from engine.apiserver.validation.definitions.schema_defaults import validate_defaults
from engine.apiserver.validation.definitions.structural import validate_structural
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    Struct,
    forbidden,
    invalid,
    not_supported,
    required,
)

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_REASONS = (
    "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired",
)  # fmt: skip
_UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_NOT_UNIQUE = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
# allowedFieldsAtRootSchema; the message has their names in Go.
_AT_ROOT = (
    "description", "type", "format", "title", "maximum", "exclusiveMaximum", "minimum",
    "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
    "multipleOf", "required", "items", "properties", "externalDocs", "example", PRESERVE,
    VALIDATIONS,
)  # fmt: skip
_GO_NAMES = {PRESERVE: "XPreserveUnknownFields", VALIDATIONS: "XValidations"}
_RULE_FIELDS = ("rule", "message", "messageExpression", "reason", "fieldPath", "optionalOldSelf")


@dataclass(frozen=True, slots=True)
class _Place:
    """What holds where a schema stands."""

    root: bool = False
    no_defaults: str | None = None
    in_meta: bool = False


def validate_version_schema(
    schema: Schema | None, path: Path, has_status: bool
) -> list[FieldError]:
    """The schema of one version, or the one that all share."""
    if schema is None:
        return []
    errors = _validate_root(schema, path, has_status)
    wrong = validate_structural(schema, path) or validate_defaults(schema, path)
    errors += wrong
    errors += _validate(schema, path, _Place(root=True))
    return errors if wrong or errors else list(_rule_errors(schema, path))


def _validate_root(schema: Schema, path: Path, has_status: bool) -> list[FieldError]:
    errors = []
    if has_status:
        if schema.get("type") != "object":
            explanation = (
                'only "object" is allowed as the type at the root of the schema if the status '
                "subresource is enabled"
            )
            errors.append(invalid(path.child("type"), schema.get("type") or "", explanation))
        elif any(value and name not in _AT_ROOT for name, value in schema.items()):
            names = " ".join(_GO_NAMES.get(name, name[0].upper() + name[1:]) for name in _AT_ROOT)
            explanation = (
                f"only [{names}] fields are allowed at the root of the schema if the status "
                "subresource is enabled"
            )
            errors.append(invalid(path, dict(schema), explanation))
    if schema.get("nullable") is True:
        errors.append(forbidden(path.child("nullable"), "nullable cannot be true at the root"))
    return errors


def _validate(schema: Schema, path: Path, place: _Place) -> list[FieldError]:
    errors = _validate_standard(schema, path, place)
    if schema.get("uniqueItems") is True:
        errors.append(forbidden(path.child("uniqueItems"), _NOT_UNIQUE))
    for child, where, there in _children(schema, path, place):
        errors += _validate(child, where, there)
    if schema.get("additionalProperties") not in (None, True) and properties_of(schema):
        explanation = "additionalProperties and properties are mutual exclusive"
        errors.append(forbidden(path.child("additionalProperties"), explanation))
    if schema.get(PRESERVE) is False:
        errors.append(invalid(path.child(PRESERVE), False, "must be true or undefined"))
    errors += validate_list_type(schema, path)
    for index, rule in enumerate(mappings(schema.get(VALIDATIONS))):
        errors += _validate_rule(rule, schema, path.child(VALIDATIONS).index(index))
    return errors


def _validate_standard(schema: Schema, path: Path, place: _Place) -> list[FieldError]:
    """SpecStandardValidatorV3."""
    errors = []
    kind = schema.get("type") or ""
    if kind and kind not in _TYPES:
        errors.append(not_supported(path.child("type"), kind, _TYPES))
    if schema.get("default") is not None and place.no_defaults is not None:
        explanation = f"must not be set {place.no_defaults}"
        errors.append(forbidden(path.child("default"), explanation))
    errors += [
        forbidden(path.child(name), f"{name} is not supported")
        for name in _UNSUPPORTED
        if schema.get(name) not in (None, "", {})
    ]
    if kind == "null":
        explanation = "type cannot be set to null, use nullable as an alternative"
        errors.append(forbidden(path.child("type"), explanation))
    if isinstance(schema.get("items"), list):
        explanation = "items must be a schema object and not an array"
        errors.append(forbidden(path.child("items"), explanation))
    if place.in_meta and schema.get(EMBEDDED) is True:
        errors.append(forbidden(path.child(EMBEDDED), "must not be used inside of resource meta"))
    return errors


def _children(schema: Schema, path: Path, place: _Place) -> Iterator[tuple[Schema, Path, _Place]]:
    inner = replace(place, root=False)
    others = others_of(schema)
    if others is not None:
        there = inner
        if place.in_meta:
            reason = "inside additionalProperties applying to object metadata"
            there = replace(inner, no_defaults=reason)
        yield others, path.child("additionalProperties"), there
    resource = place.root or schema.get(EMBEDDED) is True
    for name, child in properties_of(schema).items():
        there = inner
        if resource and name in META_FIELDS:
            why = f"in top-level {name}" if place.root else place.no_defaults
            there = replace(inner, in_meta=True, no_defaults=why)
        yield mapping(child), path.child("properties").key(name), there
    unwanted = schema.get("not")
    if isinstance(unwanted, Mapping):
        yield unwanted, path.child("not"), inner
    for name in ("allOf", "oneOf", "anyOf"):
        for index, child in enumerate(mappings(schema.get(name))):
            yield child, path.child(name).index(index), inner
    items = items_of(schema)
    if items is not None:
        yield items, path.child("items"), inner


def _validate_rule(rule: Mapping[str, Any], schema: Schema, path: Path) -> list[FieldError]:
    text, message = (str(rule.get(name) or "").strip() for name in ("rule", "message"))
    errors = []
    if not text:
        errors.append(required(path.child("rule"), "rule is not specified"))
    elif rule.get("message") and not message:
        explanation = "must be non-empty if specified"
        errors.append(invalid(path.child("message"), rule["message"], explanation))
    elif _has_newlines(message):
        errors.append(
            invalid(path.child("message"), rule["message"], "must not contain line breaks")
        )
    elif _has_newlines(text) and not message:
        explanation = "message must be specified if rule contains line breaks"
        errors.append(required(path.child("message"), explanation))
    if rule.get("messageExpression") and not rule["messageExpression"].strip():
        explanation = "messageExpression must be non-empty if specified"
        errors.append(required(path.child("messageExpression"), explanation))
    if rule.get("reason") is not None and rule["reason"] not in _REASONS:
        errors.append(not_supported(path.child("reason"), rule["reason"], _REASONS))
    return errors + _validate_rule_path(
        rule.get("fieldPath") or "", schema, path.child("fieldPath")
    )


def _validate_rule_path(text: str, schema: Schema, path: Path) -> list[FieldError]:
    if not text:
        return []
    errors = []
    if not text.strip():
        errors.append(invalid(path, text, "must be non-empty if specified"))
    if _has_newlines(text):
        errors.append(invalid(path, text, "must not contain line breaks"))
    if field_path(text, schema) is None:
        errors.append(invalid(path, text, "must be a valid path"))
    return errors


def _has_newlines(text: str) -> bool:
    return "\n" in text or "\r" in text


def _rule_errors(schema: Schema, path: Path) -> Iterator[FieldError]:
    """Rules that cannot be parsed."""
    for child, where, _ in _children(schema, path, _Place()):
        yield from _rule_errors(child, where)
    for index, rule in enumerate(mappings(schema.get(VALIDATIONS))):
        at = path.child(VALIDATIONS).index(index)
        for name, words in (("rule", ""), ("messageExpression", "messageExpression ")):
            try:
                compiled(f"(\n{rule.get(name) or 'true'}\n)")
            except CompilationError as error:
                shown = Struct({key: rule[key] for key in _RULE_FIELDS if key in rule})
                explanation = f"{words}compilation failed: {error}"
                yield invalid(at.child(name), shown, explanation)
