"""Resources inside custom resources (x-kubernetes-embedded-resource): their metadata.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema/objectmeta/{algorithm,coerce,validation}
.go, v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.custom.schema import (
    EMBEDDED,
    TYPE_META,
    Schema,
    items_of,
    mapping,
    others_of,
    properties_of,
)
from engine.apiserver.typed_form import DecodeError, typed_value
from engine.apiserver.validation.field import FieldError, Path, invalid, required
from engine.apiserver.validation.metadata import validate_common_meta
from engine.apiserver.validation.names import is_dns1035_label, is_path_segment_name

ROOT = Path()
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_GIVEN_NAME = "fakename"

Object = dict[str, Any]


class EmbeddedError(ValueError):
    """An embedded resource that cannot be decoded; `error` says where and why."""

    def __init__(self, error: FieldError) -> None:
        super().__init__(str(error))
        self.error = error


def coerced(value: Any, schema: Schema | None, path: Path, *, drop: bool) -> Any:
    """The value whose embedded resources have their metadata in their typed form.

    What does not fit its type is dropped, as in reading the store, or raises EmbeddedError.
    """
    if not schema:
        return value
    if isinstance(value, list):
        items = items_of(schema)
        return [coerced(v, items, path.index(i), drop=drop) for i, v in enumerate(value)]
    if not isinstance(value, dict):
        return value
    value = _coerced_meta(value, path, drop) if schema.get(EMBEDDED) is True else dict(value)
    properties, others = properties_of(schema), others_of(schema)
    for name, item in value.items():
        if name in properties:
            value[name] = coerced(item, mapping(properties[name]), path.child(name), drop=drop)
        elif others is not None:
            value[name] = coerced(item, others, path.key(name), drop=drop)
    return value


def _coerced_meta(value: Object, path: Path, drop: bool) -> Object:
    result: Object = {}
    for name, item in value.items():
        if name in TYPE_META and not isinstance(item, str):
            if not drop:
                raise EmbeddedError(invalid(path.child(name), item, "must be a string"))
        elif name == "metadata":
            try:
                result[name] = typed_value(OBJECT_META, {} if item is None else item)
            except DecodeError as error:
                if not drop:
                    raise EmbeddedError(invalid(path.child(name), item, str(error))) from None
                result[name] = item
        else:
            result[name] = item
    return result


def validate_embedded(value: Any, schema: Schema | None, path: Path = ROOT) -> list[FieldError]:
    """What is wrong with the type and the metadata of embedded resources."""
    if not schema:
        return []
    errors: list[FieldError] = []
    if isinstance(value, list):
        items = items_of(schema)
        for i, item in enumerate(value):
            errors += validate_embedded(item, items, path.index(i))
    elif isinstance(value, dict):
        if schema.get(EMBEDDED) is True:
            errors += _validate_resource(value, path)
        properties, others = properties_of(schema), others_of(schema)
        for name, item in value.items():
            if name in properties:
                errors += validate_embedded(item, mapping(properties[name]), path.child(name))
            elif others is not None:
                errors += validate_embedded(item, others, path.key(name))
    return errors


def _validate_resource(value: Object, path: Path) -> list[FieldError]:
    errors = [required(path.child(name)) for name in TYPE_META if name not in value]
    for name in TYPE_META:
        if name in value:
            errors += _validate_type_meta(name, value[name], path.child(name))
    if isinstance(metadata := value.get("metadata"), dict):
        named = {**metadata, "name": metadata.get("name") or _GIVEN_NAME}
        namespaced = bool(metadata.get("namespace"))
        errors += validate_common_meta(
            named, namespaced, is_path_segment_name, path.child("metadata")
        )
    return errors


def _validate_type_meta(name: str, text: Any, path: Path) -> list[FieldError]:
    if not isinstance(text, str):
        return [invalid(path, text, "must be a string")]
    if not text:
        return [invalid(path, text, "must not be empty")]
    if name == "apiVersion" and text.count("/") > 1:
        return [invalid(path, text, f"unexpected GroupVersion string: {text}")]
    if name == "kind" and (problems := is_dns1035_label(text.lower())):
        explanation = "may have mixed case, but should otherwise match: " + ",".join(problems)
        return [invalid(path, text, explanation)]
    return []
