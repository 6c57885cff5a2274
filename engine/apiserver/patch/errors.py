"""Patches that do not apply: the texts of Kubernetes' libraries, and what the API server answers.

Source: k8s.io/apimachinery pkg/util/mergepatch/errors.go; interpretStrategicMergePatchError and
applyJSPatch in k8s.io/apiserver pkg/endpoints/handlers/patch.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from engine.apiserver.patch.values import go_type, type_name
from engine.apiserver.printers.gotext import sprint

P = ParamSpec("P")
T = TypeVar("T")


class PatchError(Exception):
    """A patch that does not apply; its text is the library's, `status()` the API server's answer.

    What no class below says otherwise is an error that the API server passes on as it is: code 500
    and no reason.
    """

    code = 500
    reason = ""

    def status(self) -> dict[str, Any]:
        """The Status object of the answer."""
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.status_message(),
            **({"reason": self.reason} if self.reason else {}),
            **self.status_details(),
            "code": self.code,
        }

    def status_message(self) -> str:
        """The message of the answer."""
        return str(self)

    def status_details(self) -> dict[str, Any]:
        """What the answer holds besides; `details`, if it has any."""
        return {}


class BadRequestError(PatchError):
    """Not in the form of a patch."""

    code = 400
    reason = "BadRequest"


class RejectedError(PatchError):
    """In the form of a patch, but not to be applied to this object.

    Of NewGenericServerResponse (apimachinery, pkg/api/errors/errors.go) nobody learns the cause.
    """

    code = 422
    reason = "Invalid"

    def status_message(self) -> str:
        return "the server rejected our request due to an error in our request"

    def status_details(self) -> dict[str, Any]:
        return {"details": {}}


class TooLargeError(PatchError):
    """More operations than a JSON patch may have."""

    code = 413
    reason = "RequestEntityTooLarge"

    def status_message(self) -> str:
        return f"Request entity is too large: {self}"


class UnsupportedMediaTypeError(PatchError):
    """A kind of patch that the resource does not take."""

    code = 415
    reason = "UnsupportedMediaType"


class UnknownMediaTypeError(UnsupportedMediaTypeError):
    """A body of no kind that a route takes: go-restful answers before the API server sees it."""

    def __init__(self) -> None:
        super().__init__("415: Unsupported Media Type")

    def status_details(self) -> dict[str, Any]:
        return {"details": {}}


class PanicError(PatchError):
    """Where Go's code runs into a panic; the text is that of the Go runtime.

    The answer is plain text: WithPanicRecovery in k8s.io/apiserver pkg/server/filters/wrap.go.
    """

    def status_message(self) -> str:
        return "This request caused apiserver to panic. Look in the logs for details."


NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference"


def unhashable(value: object) -> PanicError:
    """A map or list used as the key of a map."""
    return PanicError(f"runtime error: hash of unhashable type {type_name(value)}")


def uncomparable(value: object) -> PanicError:
    """Two maps or two lists compared as Go's `==` does."""
    return PanicError(f"runtime error: comparing uncomparable type {type_name(value)}")


def no_merge_key(item: object, merge_key: str) -> PatchError:
    """An item of a list that lacks what tells it from others: ErrNoMergeKey."""
    return PatchError(f"map: {sprint(item)} does not contain declared merge key: {merge_key}")


def bad_type(expected: object, actual: object) -> PatchError:
    """A list or a map in another's place: ErrBadArgType."""
    return PatchError(f"expected a {go_type(expected)}, but received a {go_type(actual)}")


def bounded(function: Callable[P, T]) -> Callable[P, T]:
    """The function, with JSON that is nested too deep refused."""

    @wraps(function)
    def refusing(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except RecursionError:
            raise BadRequestError("exceeded max depth") from None

    return refusing
