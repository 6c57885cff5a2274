"""Validation of custom resources against their OpenAPI v3 schema.

Source: k8s.io/kube-openapi pkg/validation/validate/{schema,type,schema_props,object_validator,
slice_validator,validator}.go, k8s.io/apiextensions-apiserver pkg/apiserver/validation/
{validation,ratcheting}.go, v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.custom import findings, numeric, patterns
from engine.apiserver.custom.correlation import Correlation, same
from engine.apiserver.custom.findings import Finding, Findings
from engine.apiserver.custom.formats import is_known, is_of_format
from engine.apiserver.custom.schema import (
    INT_OR_STRING,
    TYPE_META,
    Schema,
    items_of,
    mapping,
    mappings,
    properties_of,
)
from engine.apiserver.validation.field import FieldError, Path

Object = dict[str, Any]

_ROOT = Path()
_NUMBER_FORMATS = {"integer": ("int32", "int64"), "number": ("float", "double")}


def validate_schema(
    value: Any, schema: Schema, base: Path = _ROOT, correlation: Correlation | None = None
) -> list[FieldError]:
    """What of a value does not fit the schema. In an update, what did not change may stay."""
    return _ratcheted(value, schema, "", correlation).errors(base)


def types_of(schema: Schema) -> tuple[str, ...]:
    """The types that a value may have; empty if any."""
    if schema.get(INT_OR_STRING) is True:
        return ("integer", "string")
    declared = schema.get("type")
    return (declared,) if isinstance(declared, str) and declared else ()


def format_of(schema: Schema) -> str:
    """The format of a value, if the API server knows it for its type."""
    name = schema.get("format")
    if not isinstance(name, str):
        return ""
    types = types_of(schema)
    kind = types[0] if len(types) == 1 else ""
    if kind in ("", "string"):
        return name if is_known(name) else ""
    return name if name in _NUMBER_FORMATS.get(kind, ()) else ""


def json_type(value: Any) -> str:
    """The JSON type of a value that is not null."""
    if isinstance(value, bool):
        return "boolean"
    for python_type, name in _TYPES:
        if isinstance(value, python_type):
            return name
    return "object"


_TYPES = ((str, "string"), (int, "integer"), (float, "number"), (list, "array"))


def _ratcheted(value: Any, schema: Schema, path: str, correlation: Correlation | None) -> Findings:
    result = _checked(value, schema, path, correlation)
    if result.found and correlation is not None and correlation.unchanged():
        return Findings(checks=result.checks)
    return result


def _checked(value: Any, schema: Schema, path: str, correlation: Correlation | None) -> Findings:
    result = Findings()
    types, name = types_of(schema), format_of(schema)
    if types or name:
        result.add(wrong := _type_finding(value, schema, types, name, path))
        result.checks += 0 if wrong else 1
        result.checks += value is not None
    if value is None:
        result.add(_enum_finding(value, schema, path))
        return result
    _check_combinations(result, value, schema, path, correlation)
    if isinstance(value, str):
        result.add(_text_finding(value, schema, path))
        result.checks += 1
        if name and is_known(name):
            result.add(
                None if is_of_format(name, value) else findings.wrong_type(path, name, value)
            )
            result.checks += 1
    elif isinstance(value, int | float) and not isinstance(value, bool):
        result.add(*numeric.findings_of(value, schema, types, name, path))
        result.checks += 2
    elif isinstance(value, list):
        _check_list(result, value, schema, path, correlation)
    result.add(_enum_finding(value, schema, path))
    result.checks += 1
    if isinstance(value, dict):
        _check_object(result, value, schema, path, correlation)
    result.checks += 1
    return result


def _type_finding(
    value: Any, schema: Schema, types: tuple[str, ...], name: str, path: str
) -> Finding | None:
    if value is None:
        if types and "null" not in types and not schema.get("nullable"):
            return findings.wrong_type(path, ",".join(types), "null")
        return None
    kind = json_type(value)
    whole = isinstance(value, float) and "integer" in types and numeric.is_whole(value)
    fits = kind in types or whole or (kind == "integer" and "number" in types)
    numeral = "number" in types or "integer" in types
    if isinstance(value, str | list):
        if name and not numeral:
            return None
    elif name and not fits:
        own = {"integer": "int64", "number": "float64"}.get(kind, "")
        return None if own == name else findings.wrong_type(path, name, own)
    return None if fits else findings.wrong_type(path, ",".join(types), kind)


def _check_combinations(
    result: Findings, value: Any, schema: Schema, path: str, correlation: Correlation | None
) -> None:
    """AnyOf, oneOf, allOf and not. Of alternatives that fail, the one that came furthest tells."""
    result.checks += 2

    def tried(name: str) -> list[Findings]:
        each = mappings(schema.get(name))
        return [_checked(value, alternative, path, correlation) for alternative in each]

    if attempts := tried("anyOf"):
        passed = [attempt for attempt in attempts if not attempt.found]
        if not passed:
            result.add(Finding(f'"{path}" must validate at least one schema (anyOf)'))
        result.merge(passed[0] if passed else _furthest(attempts))
    if attempts := tried("oneOf"):
        _merge_one_of(result, attempts, path)
    if attempts := tried("allOf"):
        failed = [attempt for attempt in attempts if attempt.found]
        for attempt in attempts:
            result.merge(attempt)
        if failed:
            none = ". None validated" if len(failed) == len(attempts) else ""
            result.add(Finding(f'"{path}" must validate all the schemas (allOf){none}'))
    unwanted = schema.get("not")
    if isinstance(unwanted, dict) and not _checked(value, unwanted, path, correlation).found:
        result.add(Finding(f'"{path}" must not validate the schema (not)'))


def _merge_one_of(result: Findings, attempts: list[Findings], path: str) -> None:
    passed = [attempt for attempt in attempts if not attempt.found]
    if len(passed) == 1:
        result.merge(passed[0])
        return
    how = f"Found {len(passed)} valid alternatives" if passed else "Found none valid"
    result.add(Finding(f'"{path}" must validate one and only one schema (oneOf). {how}'))
    if not passed:
        result.merge(_furthest(attempts))


def _furthest(attempts: list[Findings]) -> Findings:
    return max(attempts, key=lambda attempt: attempt.checks)


def _text_finding(value: str, schema: Schema, path: str) -> Finding | None:
    longest, shortest = _limit(schema, "maxLength"), _limit(schema, "minLength")
    if longest is not None and len(value) > longest:
        return findings.too_long(path, longest)
    if shortest is not None and len(value) < shortest:
        return findings.of_value(path, value, f"should be at least {shortest} chars long")
    pattern = schema.get("pattern")
    if not isinstance(pattern, str) or not pattern:
        return None
    try:
        if patterns.matches(pattern, value):
            return None
    except patterns.PatternError as error:
        pattern = f"{pattern}, but pattern is invalid: {error}"
    return findings.of_value(path, value, f"should match '{pattern}'")


def _enum_finding(value: Any, schema: Schema, path: str) -> Finding | None:
    allowed = schema.get("enum")
    if not isinstance(allowed, list) or not allowed:
        return None
    if any(_equals(value, each) for each in allowed):
        return None
    return findings.not_in_enum(path, value, allowed)


def _equals(value: Any, allowed: Any) -> bool:
    """Numbers are converted to the type of the value that is allowed, as Go's reflection does."""
    if value is None or allowed is None:
        return False
    if json_type(value) in _NUMBER_FORMATS and json_type(allowed) in _NUMBER_FORMATS:
        return bool((int(value) if isinstance(allowed, int) else float(value)) == allowed)
    return same(value, allowed)


def _check_list(
    result: Findings, value: list[Any], schema: Schema, path: str, correlation: Correlation | None
) -> None:
    items = items_of(schema)
    if items is not None:
        for i, item in enumerate(value):
            child = correlation.index(i) if correlation else None
            result.merge(_ratcheted(item, items, f"{path}[{i}]", child))
    count = len(value)
    fewest, most = _limit(schema, "minItems"), _limit(schema, "maxItems")
    if fewest is not None and count < fewest:
        result.add(findings.of_value(path, count, f"should have at least {fewest} items"))
    if most is not None and count > most:
        result.add(findings.too_many(path, count, most, "items"))
    if schema.get("uniqueItems") is True and _repeats(value):
        result.add(findings.of_value(path, None, "shouldn't contain duplicates"))
    result.checks += 2


def _repeats(value: list[Any]) -> bool:
    return any(same(item, other) for i, item in enumerate(value) for other in value[:i])


def _check_object(
    result: Findings, value: Object, schema: Schema, path: str, correlation: Correlation | None
) -> None:
    count = len(value)
    fewest, most = _limit(schema, "minProperties"), _limit(schema, "maxProperties")
    if fewest is not None and count < fewest:
        result.add(findings.of_value(path, count, f"should have at least {fewest} properties"))
    if most is not None and count > most:
        result.add(findings.too_many(path, count, most, "properties"))
    properties = properties_of(schema)
    _check_others(result, value, schema, path, correlation)
    for name, field in properties.items():
        if name in value:
            at = f"{path}.{name}" if path else name
            child = _child(correlation, name, path)
            result.merge(_ratcheted(value[name], mapping(field), at, child))
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        if name not in value:
            result.add(findings.missing(f"{path}.{name}"))
    result.checks += 1


def _check_others(
    result: Findings, value: Object, schema: Schema, path: str, correlation: Correlation | None
) -> None:
    """The fields that the schema does not name."""
    properties, others = properties_of(schema), schema.get("additionalProperties")
    for name in value:
        if name in properties:
            continue
        if others is False:
            message = f"{path}.{name} in body is a forbidden property"
            result.add(Finding(message, path, value=name))
        elif isinstance(others, dict):
            child = _child(correlation, name, path)
            result.merge(_ratcheted(value[name], others, f"{path}.{name}", child))


def _child(correlation: Correlation | None, name: str, path: str) -> Correlation | None:
    """The type of the whole object is never as it was: both are seen in the same version."""
    if correlation is None or (not path and name in TYPE_META):
        return None
    return correlation.key(name)


def _limit(schema: Schema, name: str) -> int | None:
    limit = schema.get(name)
    return limit if isinstance(limit, int) and not isinstance(limit, bool) else None
