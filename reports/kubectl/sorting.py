"""`--sort-by`: pkg/cmd/get/sorter.go of k8s.io/kubectl, v1.36."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.apiserver.printers.contract import Object
from engine.apiserver.printers.jsonpath.evaluate import JSONPath
from engine.model.gosort import go_sort
from engine.model.quantity import Quantity, QuantityError
from reports.kubectl.listing import OutputError

RELAXED = re.compile(r"\{\.?([^{}]+)\}|\.?([^{}]+)")

T = TypeVar("T")


def relaxed_path(expression: str) -> str:
    """`metadata.name`, `.metadata.name` and `{metadata.name}` as `{.metadata.name}`."""
    match = RELAXED.fullmatch(expression)
    if match is None:
        raise OutputError(
            f"unexpected path {expression!r}: write it as '.name1.name2' or '{{.name1.name2}}'"
        )
    return f"{{.{match[1] or match[2]}}}"


@dataclass(frozen=True, slots=True)
class _Key:
    """What an object sorts by. `found` is False where the object has no such field."""

    found: bool
    value: Any = None
    quantity: Quantity | None = None


def sort_objects(objects: Sequence[Object], sort_by: str) -> list[Object]:
    """The objects in the order that kubectl gives them, equal ones included.

    Raises OutputError if no object has the field, or values cannot be compared.
    """
    path = relaxed_path(sort_by)
    parsed = JSONPath(path)
    keyed = [(_key(parsed, value), value) for value in objects]
    if keyed and not any(key.found for key, _ in keyed):
        raise OutputError(f"couldn't find any field with path {path!r} in the list of objects")
    go_sort(keyed, lambda left, right: _less(left[0], right[0]))
    return [value for _, value in keyed]


def _key(path: JSONPath, value: Object) -> _Key:
    results = path.find(value)
    if not results or not results[0]:
        return _Key(found=False)
    field = results[0][0]
    return _Key(True, field, _quantity(field) if isinstance(field, str) else None)


def _quantity(text: str) -> Quantity | None:
    try:
        return Quantity.parse(text)
    except QuantityError:
        return None


def _less(left: _Key, right: _Key) -> bool:
    # An object without the field is less than any, even than another one without.
    if not left.found or not right.found:
        return not left.found
    if left.value is None or right.value is None:
        return left.value is None and right.value is not None
    if left.quantity is not None and right.quantity is not None:
        return left.quantity < right.quantity
    kinds = type(left.value), type(right.value)
    if kinds[0] is not kinds[1] or kinds[0] not in (str, int, float):
        raise OutputError(f"cannot sort by this field: {kinds[0].__name__}, {kinds[1].__name__}")
    return bool(left.value < right.value)
