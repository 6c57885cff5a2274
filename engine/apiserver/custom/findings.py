"""What validating against a schema finds, in the words of kube-openapi.

Source: k8s.io/kube-openapi pkg/validation/{errors/schema,validate/result,validate/schema_messages}
.go, k8s.io/apiextensions-apiserver pkg/apiserver/validation/validation.go, v1.36.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.apiserver.validation import field as fields
from engine.apiserver.validation.field import FieldError, Path
from engine.model.quoting import quote

NOWHERE = Path("<nil>")
"""How the path of the whole object prints: a nil *field.Path."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `type` is that of the field error that it becomes.

    `path` is None of what says nothing of one field: the message names the field itself.
    """

    message: str
    path: str | None = None
    type: str = fields.INVALID
    value: Any = ""
    detail: str | None = None

    def error(self, base: Path) -> FieldError:
        """As the API server reports it, below the path of what was validated."""
        path = base
        if self.path is not None and self.path not in ("", "."):
            path = base.child(self.path.removeprefix("."))
        detail = self.message if self.detail is None else self.detail
        value = "" if self.value is None else self.value
        return FieldError(self.type, path or NOWHERE, value, detail)


@dataclass(slots=True)
class Findings:
    """What was found, each message once, and how many checks a value came to."""

    found: dict[str, Finding] = field(default_factory=dict)
    checks: int = 0

    def add(self, *findings: Finding | None) -> None:
        """Add what is not there yet."""
        for finding in findings:
            if finding is not None:
                self.found.setdefault(finding.message, finding)

    def merge(self, other: Findings) -> None:
        """Add all of another's."""
        self.checks += other.checks
        self.add(*other.found.values())

    def errors(self, base: Path) -> list[FieldError]:
        """As the API server reports them."""
        return [finding.error(base) for finding in self.found.values()]


def wrong_type(path: str, wanted: str, value: Any) -> Finding:
    """It is of another type, or a text is not of its format."""
    message = f"{path} in body must be of type {wanted}"
    if isinstance(value, str):
        message += f": {quote(value)}"
    return Finding(message, path, fields.TYPE_INVALID, value)


def missing(path: str) -> Finding:
    """A required field is not there."""
    return Finding(f"{path} in body is required", path, fields.REQUIRED, detail="")


def not_in_enum(path: str, value: Any, allowed: list[Any]) -> Finding:
    """It is none of the values that the schema lists."""
    texts = [each if isinstance(each, str) else fields.marshal(each) for each in allowed]
    error = fields.not_supported(path, value, texts)
    message = f"{path} in body should be one of {texts}"
    return Finding(message, path, error.type, value, error.detail)


def too_long(path: str, limit: int) -> Finding:
    """A text is too long."""
    message = f"{path} in body should be at most {limit} chars long"
    return Finding(message, path, fields.TOO_LONG, detail=fields.too_long(path, limit).detail)


def too_many(path: str, count: int, limit: int, what: str) -> Finding:
    """A list has too many items, or an object too many properties."""
    message = f"{path} in body should have at most {limit} {what}"
    detail = fields.too_many(path, count, limit).detail
    return Finding(message, path, fields.TOO_MANY, count, detail)


def of_value(path: str, value: Any, what: str) -> Finding:
    """`spec.replicas in body should be …`."""
    return Finding(f"{path} in body {what}", path, value=value)
