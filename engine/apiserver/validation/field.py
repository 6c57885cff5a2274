"""Errors of fields and how Kubernetes prints them.

    errors = [invalid(Path("spec").child("replicas"), -1, "must be greater than or equal to 0")]
    str(errors[0]) == "spec.replicas: Invalid value: -1: must be greater than or equal to 0"

After staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go and path.go (v1.36).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.model.quoting import quote

IMMUTABLE = "field is immutable"
NOT_NEGATIVE = "must be greater than or equal to 0"


class Path(str):
    """The name of a field as messages show it: `spec.containers[0].image`."""

    __slots__ = ()

    def child(self, *names: str) -> "Path":
        return Path(f"{self}.{'.'.join(names)}" if self else ".".join(names))

    # Kubernetes' own word for it; nobody looks for a part of a path.
    def index(self, index: int) -> "Path":  # type: ignore[override]
        return Path(f"{self}[{index}]")

    def key(self, key: str) -> "Path":
        return Path(f"{self}[{key}]")


ROOT = Path("[]")
"""How the path of no field prints: `field.NewPath("")`."""


class Struct(dict[str, Any]):
    """A Go struct as it is printed: its fields keep their order, where a map's keys are sorted."""

    __slots__ = ()


class _Omitted:
    """OmitValueType: a bad value that is not shown."""


OMITTED = _Omitted()

# The reason of a cause, and the words of its message.
NOT_FOUND = "FieldValueNotFound"
REQUIRED = "FieldValueRequired"
DUPLICATE = "FieldValueDuplicate"
INVALID = "FieldValueInvalid"
NOT_SUPPORTED = "FieldValueNotSupported"
FORBIDDEN = "FieldValueForbidden"
TOO_LONG = "FieldValueTooLong"
TOO_MANY = "FieldValueTooMany"
TOO_FEW = "FieldValueTooFew"
TOO_SHORT = "FieldValueTooShort"
TYPE_INVALID = "FieldValueTypeInvalid"
INTERNAL = "InternalError"

_WORDS = {
    NOT_FOUND: "Not found",
    REQUIRED: "Required value",
    DUPLICATE: "Duplicate value",
    INVALID: "Invalid value",
    NOT_SUPPORTED: "Unsupported value",
    FORBIDDEN: "Forbidden",
    TOO_LONG: "Too long",
    TOO_MANY: "Too many",
    TOO_FEW: "Too few",
    TOO_SHORT: "Too short",
    TYPE_INVALID: "Invalid value",
    INTERNAL: "Internal error",
}
_WITHOUT_VALUE = {REQUIRED, FORBIDDEN, TOO_LONG, TOO_SHORT, INTERNAL}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong: the type of the error, the field, its value and an explanation."""

    type: str
    field: str
    value: Any
    detail: str = ""

    @property
    def body(self) -> str:
        """The message without the field (ErrorBody)."""
        text = _WORDS[self.type]
        if self.type not in _WITHOUT_VALUE and self.value is not OMITTED:
            text += f": {print_value(self.value)}"
        return f"{text}: {self.detail}" if self.detail else text

    def cause(self) -> dict[str, str]:
        """As the causes of a Status show it."""
        return {"reason": self.type, "message": self.body, "field": self.field}

    def __str__(self) -> str:
        return f"{self.field}: {self.body}"


def print_value(value: Any) -> str:
    """A value as a message shows it: texts as `%q` does, all else as json.Marshal does."""
    if isinstance(value, str):
        return quote(value)
    return marshal(value)


def marshal(value: Any, indent: int | None = None) -> str:
    """json.Marshal, or json.MarshalIndent with so many spaces: maps sorted, structs in order."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(_in_order(value), ensure_ascii=False, separators=separators, indent=indent)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        items = value.items() if isinstance(value, Struct) else sorted(value.items())
        return {key: _in_order(item) for key, item in items}
    if isinstance(value, list | tuple):
        return [_in_order(item) for item in value]
    return value


def not_found(path: str, value: Any) -> FieldError:
    return FieldError(NOT_FOUND, path, value)


def required(path: str, detail: str = "") -> FieldError:
    return FieldError(REQUIRED, path, "", detail)


def duplicate(path: str, value: Any, detail: str = "") -> FieldError:
    return FieldError(DUPLICATE, path, value, detail)


def invalid(path: str, value: Any, detail: str) -> FieldError:
    return FieldError(INVALID, path, value, detail)


def not_supported(path: str, value: Any, supported: Iterable[str]) -> FieldError:
    """`supported` in the order in which the message shows it."""
    shown = ", ".join(map(quote, supported))
    return FieldError(NOT_SUPPORTED, path, value, f"supported values: {shown}" if shown else "")


def forbidden(path: str, detail: str) -> FieldError:
    return FieldError(FORBIDDEN, path, "", detail)


def too_long(path: str, length_max: int) -> FieldError:
    unit = "byte" if length_max == 1 else "bytes"
    return FieldError(TOO_LONG, path, "", f"may not be more than {length_max} {unit}")


def too_many(path: str, count: int, count_max: int) -> FieldError:
    unit = "item" if count_max == 1 else "items"
    value = count if count >= 0 else OMITTED
    return FieldError(TOO_MANY, path, value, f"must have at most {count_max} {unit}")


def internal(path: str, detail: str) -> FieldError:
    return FieldError(INTERNAL, path, "", detail)


def each(path: str, value: Any, problems: Iterable[str]) -> list[FieldError]:
    """An Invalid error for each problem that a check of names.py found."""
    return [FieldError(INVALID, path, value, problem) for problem in problems]


def aggregate(errors: Sequence[FieldError]) -> str:
    """One line for all errors, each shown once: `a`, or `[a, b]` (ErrorList.ToAggregate)."""
    if not errors:
        return ""
    texts = list(dict.fromkeys(map(str, errors)))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def invalid_status(
    group: str, kind: str, name: str, errors: Sequence[FieldError]
) -> dict[str, Any]:
    """The Status with which the API server refuses an invalid object (errors.NewInvalid)."""
    details = {
        "name": name,
        "group": group,
        "kind": kind,
        "causes": [error.cause() for error in errors],
    }
    qualified = f"{kind}.{group}" if group else kind
    explanation = f": {aggregate(errors)}" if errors else ""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": f"{qualified} {quote(name)} is invalid{explanation}",
        "reason": "Invalid",
        "details": {key: value for key, value in details.items() if value},
        "code": 422,
    }
