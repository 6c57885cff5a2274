"""JSON patches (RFC 6902) as the API server applies them, quirks and error texts included.

Source: patch.go of gopkg.in/evanphx/json-patch.v4, which Kubernetes v1.36 vendors. Its quirks: a
missing value is null, `replace` makes a missing field, `copy` of a missing field makes a null, an
index may be negative, and a null that the patch itself wrote is not the null of the document.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.patch.document import WRITTEN_NULL, Document, add, get, remove, replace
from engine.apiserver.patch.errors import (
    NIL_POINTER,
    BadRequestError,
    PanicError,
    RejectedError,
    TooLargeError,
    bounded,
)
from engine.apiserver.patch.merge_patch import json_type
from engine.model.quoting import to_json

OPERATIONS_MAX = 10000
"""maxJSONPatchOperations in k8s.io/apiserver pkg/endpoints/handlers/patch.go (v1.36)."""

COPY_BYTES_MAX = 3 * 1024 * 1024
"""JSONPatchMaxCopyBytes in k8s.io/apiserver pkg/server/config.go (v1.36)."""

Operation = dict[str, Any]
MISSING = "missing value"
FIELDS = ("op", "path", "from", "value")


@bounded
def apply_json_patch(document: Any, patch: Any) -> Any:
    """The document after all operations; it shares what did not change, and neither changes."""
    operations = decode(patch)
    if len(operations) > OPERATIONS_MAX:
        raise TooLargeError(
            f"The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, "
            f"got {len(operations)}"
        )
    return _Run(Document(document)).apply(operations)


def decode(patch: Any) -> list[Operation]:
    """The operations, if the patch is a list of them."""
    if patch is None:
        return []
    if not isinstance(patch, list):
        raise _not_decoded(patch, "value of type []handlers.jsonPatchOp")
    for operation in patch:
        if operation is None:
            continue
        if not isinstance(operation, dict):
            raise _not_decoded(operation, "value of type handlers.jsonPatchOp")
        for field in FIELDS[:3]:
            if not isinstance(operation.get(field, ""), str | None):
                where = f"struct field jsonPatchOp.{field} of type string"
                raise _not_decoded(operation[field], where)
    return [operation or {} for operation in patch]


def unknown_in_operations(patch: Any) -> list[str]:
    """`unknown field "[0].values"` for each field that no operation has."""
    return [
        f'unknown field "[{index}].{name}"'
        for index, operation in enumerate(decode(patch))
        for name in operation
        if name not in FIELDS
    ]


def _not_decoded(value: object, where: str) -> BadRequestError:
    return BadRequestError(
        f"error decoding patch: json: cannot unmarshal {json_type(value)} into Go {where}"
    )


class _Run:
    """One application: the document as it is, and how much was copied in it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.copied_bytes = 0

    def apply(self, operations: list[Operation]) -> Any:
        for operation in operations:
            kind = operation.get("op") if operation.get("op") is not None else "unknown"
            match kind:
                case "add":
                    self.add(operation)
                case "remove":
                    self.remove(operation)
                case "replace":
                    self.replace(operation)
                case "move":
                    self.move(operation)
                case "test":
                    self.test(operation)
                case "copy":
                    self.copy(operation)
                case _:
                    raise RejectedError(f"Unexpected kind: {kind}")
        return self.document.value()

    def add(self, operation: Operation) -> None:
        path = operation.get("path")
        if path is None:
            raise RejectedError(f"add operation failed to decode path: {MISSING}")
        container, key = self.document.find(path, to_write=True)
        if container is None:
            raise RejectedError(
                f'add operation does not apply: doc is missing path: "{path}": {MISSING}'
            )
        with_context(f"error in add for path: '{path}'", add, container, key, _value(operation))

    def remove(self, operation: Operation) -> None:
        path = operation.get("path")
        if path is None:
            raise RejectedError(f"remove operation failed to decode path: {MISSING}")
        container, key = self.document.find(path, to_write=True)
        if container is None:
            raise RejectedError(
                f'remove operation does not apply: doc is missing path: "{path}": {MISSING}'
            )
        with_context(f"error in remove for path: '{path}'", remove, container, key)

    def replace(self, operation: Operation) -> None:
        path = _path(operation)
        if path == "":
            self._replace_all(operation)
            return
        container, key = self.document.find(path, to_write=True)
        problem = "replace operation does not apply: doc is missing"
        if container is None:
            raise RejectedError(f"{problem} path: {path}: {MISSING}")
        try:
            replace(container, key, _value(operation))
        except RejectedError:
            raise RejectedError(f"{problem} key: {path}: {MISSING}") from None

    def _replace_all(self, operation: Operation) -> None:
        if "value" not in operation:
            raise PanicError(NIL_POINTER)
        if not isinstance(operation["value"], dict | list):
            raise RejectedError("replace operation value must be object or array: %!w(<nil>)")
        self.document.root = operation["value"]

    def move(self, operation: Operation) -> None:
        source = _from(operation)
        container, key = self.document.find(source, to_write=True)
        problem = "move operation does not apply: doc is missing"
        if container is None:
            raise RejectedError(f"{problem} from path: {source}: {MISSING}")
        value = with_context(f"error in move for path: '{key}'", get, container, key)
        with_context(f"error in move for path: '{key}'", remove, container, key)
        path = _path(operation)
        container, key = self.document.find(path, to_write=True)
        if container is None:
            raise RejectedError(f"{problem} destination path: {path}: {MISSING}")
        with_context(f"error in move for path: '{path}'", add, container, key, value)

    def test(self, operation: Operation) -> None:
        path = _path(operation)
        if path == "":
            if "value" not in operation:
                raise PanicError(NIL_POINTER)
            passed = _equal(self.document.root, _value(operation))
        else:
            container, key = self.document.find(path, to_write=False)
            if container is None:
                raise RejectedError(
                    f"test operation does not apply: is missing path: {path}: {MISSING}"
                )
            value = with_context(f"error in test for path: '{path}'", get, container, key)
            passed = _passes(value, operation)
        if not passed:
            raise RejectedError(f"testing value {path} failed: test failed")

    def copy(self, operation: Operation) -> None:
        source = _from(operation)
        container, key = self.document.find(source, to_write=False)
        problem = "copy operation does not apply: doc is missing"
        if container is None:
            raise RejectedError(f"{problem} from path: {source}: {MISSING}")
        value = with_context(f"error in copy for from: '{source}'", get, container, key)
        path = operation.get("path")
        if path is None:
            raise RejectedError(f"copy operation failed to decode path: {MISSING}")
        container, key = self.document.find(path, to_write=True)
        if container is None:
            raise RejectedError(f"{problem} destination path: {path}: {MISSING}")
        if value is not None:
            value = self.document.copy(value)
            self._count(value)
        with_context("error while adding value during copy", add, container, key, value)

    def _count(self, value: Any) -> None:
        self.copied_bytes += len(to_json(value).encode(errors="surrogatepass"))
        if self.copied_bytes > COPY_BYTES_MAX:
            raise RejectedError(
                "Unable to complete the copy, the accumulated size increase of copy is "
                f"{self.copied_bytes}, exceeding the limit {COPY_BYTES_MAX}"
            )


def with_context(context: str, function: Any, *args: Any) -> Any:
    """What the function returns; its error with the context before it."""
    try:
        return function(*args)
    except RejectedError as error:
        raise RejectedError(f"{context}: {error}") from None


def _path(operation: Operation) -> str:
    path = operation.get("path")
    if path is None:
        raise RejectedError(
            f"{operation['op']} operation failed to decode path: "
            f"operation missing path field: {MISSING}"
        )
    return str(path)


def _from(operation: Operation) -> str:
    source = operation.get("from")
    if source is None:
        raise RejectedError(
            f"{operation['op']} operation failed to decode from: "
            f"operation, missing from field: {MISSING}"
        )
    return str(source)


def _value(operation: Operation) -> Any:
    """The value to write: none at all is the null of a document, a null is another."""
    if "value" not in operation:
        return None
    value = operation["value"]
    return WRITTEN_NULL if value is None else value


def _passes(value: Any, operation: Operation) -> bool:
    if value is None:
        return operation.get("value") is None
    return "value" in operation and _equal(value, _value(operation))


def _equal(one: Any, other: Any) -> bool:
    """Equality of two nodes that are no nulls of a document, by `lazyNode.equal`.

    Scalars are compared as they are written, so 1 is not 1.0.
    """
    if isinstance(one, dict):
        if not isinstance(other, dict) or len(one) != len(other):
            return False
        return all(key in other and _equal_fields(one[key], other[key]) for key in one)
    if isinstance(one, list):
        if not isinstance(other, list) or len(one) != len(other):
            return False
        return all(map(_equal_items, one, other))
    return type(one) is type(other) and bool(one == other)


def _equal_fields(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return _equal(one, other)


def _equal_items(one: Any, other: Any) -> bool:
    if one is None or other is None:
        raise PanicError(NIL_POINTER)
    return _equal(one, other)
