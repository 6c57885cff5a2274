"""Refusals: the Status bodies with which the API server says no.

Source: k8s.io/apimachinery pkg/api/errors/errors.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from engine.apiserver.validation.field import FieldError, invalid_status
from engine.schema.resource import Resource

OPTIMISTIC_LOCK = (
    "the object has been modified; please apply your changes to the latest version and try again"
)
"""OptimisticLockErrorMsg, k8s.io/apiserver pkg/registry/generic/registry/store.go."""


class RefusedError(Exception):
    """A write that the API server refuses."""

    def __init__(
        self, code: int, reason: str, message: str, details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details or {}

    def status(self) -> dict[str, Any]:
        """The body of the answer."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            status["reason"] = self.reason
        if self.details:
            status["details"] = self.details
        return {**status, "code": self.code}


def not_found(resource: Resource, name: str) -> RefusedError:
    """There is no such object."""
    message = f'{resource.qualified_name} "{name}" not found'
    return RefusedError(HTTPStatus.NOT_FOUND, "NotFound", message, _details(resource, name))


def already_exists(resource: Resource, name: str) -> RefusedError:
    """The name is taken."""
    message = f'{resource.qualified_name} "{name}" already exists'
    return RefusedError(HTTPStatus.CONFLICT, "AlreadyExists", message, _details(resource, name))


def conflict(resource: Resource, name: str, why: str = OPTIMISTIC_LOCK) -> RefusedError:
    """The object is not as the writer believes."""
    message = f'Operation cannot be fulfilled on {resource.qualified_name} "{name}": {why}'
    return RefusedError(HTTPStatus.CONFLICT, "Conflict", message, _details(resource, name))


def apply_conflict(message: str, causes: Sequence[dict[str, str]]) -> RefusedError:
    """Other managers own fields with other values."""
    return RefusedError(HTTPStatus.CONFLICT, "Conflict", message, {"causes": list(causes)})


def forbidden(
    resource: Resource, name: str, why: str, causes: Sequence[dict[str, str]] = ()
) -> RefusedError:
    """An admission plugin says no."""
    about = f'{resource.qualified_name} "{name}"' if name else resource.qualified_name
    details = _details(resource, name)
    if causes:
        details["causes"] = list(causes)
    return RefusedError(HTTPStatus.FORBIDDEN, "Forbidden", f"{about} is forbidden: {why}", details)


def bad_request(message: str) -> RefusedError:
    """The request is not of its form."""
    return RefusedError(HTTPStatus.BAD_REQUEST, "BadRequest", message)


def unsupported_media_type(accepted: Sequence[str]) -> RefusedError:
    """A patch of a kind that the resource does not take."""
    message = (
        "the body of the request was in an unknown format - accepted media types include: "
        + ", ".join(accepted)
    )
    return RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", message)


def internal(why: str) -> RefusedError:
    """What Kubernetes answers with 500 and no reason: a patch that breaks its own rules."""
    return RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, "", why)


def internal_error(why: str) -> RefusedError:
    """Something failed within the server (NewInternalError)."""
    return RefusedError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "InternalError",
        f"Internal error occurred: {why}",
        {"causes": [{"message": why}]},
    )


def too_many_requests(
    message: str, causes: Sequence[dict[str, str]], retry: int = 0
) -> RefusedError:
    """Not now: an eviction that would break a disruption budget."""
    details: dict[str, Any] = {"causes": list(causes)}
    if retry:
        details["retryAfterSeconds"] = retry
    return RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequests", message, details)


def invalid(group: str, kind: str, name: str, errors: Sequence[FieldError]) -> RefusedError:
    """Fields that are not as they must be."""
    body = invalid_status(group, kind, name, errors)
    return RefusedError(body["code"], body["reason"], body["message"], body["details"])


def _details(resource: Resource, name: str) -> dict[str, Any]:
    details = {"name": name} if name else {}
    if resource.group:
        details["group"] = resource.group
    return {**details, "kind": resource.name}
