"""A document that JSON patch operations write to; what they do not touch stays the caller's.

Source: `findObject`, `partialDoc` and `partialArray` in patch.go of
gopkg.in/evanphx/json-patch.v4, which Kubernetes v1.36 vendors.
"""

from __future__ import annotations

import re
from typing import Any, Final

from engine.apiserver.patch.errors import PanicError, RejectedError
from engine.model.int64 import fits
from engine.model.quoting import quote

Container = dict[str, Any] | list[Any]

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_ESCAPE = re.compile("~[01]")


class _WrittenNull:
    """A null that an operation wrote."""


WRITTEN_NULL: Final = _WrittenNull()
"""No path leads through it, and to Go it does not equal the null of a document."""


class _CopiedNull(dict[str, Any]):
    """What `copy` makes of a written null: Go's nil map."""


class Document:
    """Containers are copied before the first write to them, and then belong to the document."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._own: dict[int, Container] = {}

    def find(self, path: str, *, to_write: bool) -> tuple[Container | None, str]:
        """The container that the path's last step is in, and that step; None if there is none."""
        steps = path.split("/")
        if len(steps) < 2:
            return None, ""
        if to_write:
            self.root = self._mine(self.root)
        container = self.root
        for step in steps[1:-1]:
            try:
                child = get(container, _unescaped(step))
            except RejectedError:
                return None, ""
            if not isinstance(child, dict | list):
                return None, ""
            if to_write and (mine := self._mine(child)) is not child:
                replace(container, _unescaped(step), mine)
                child = mine
            container = child
        return container, _unescaped(steps[-1])

    def copy(self, value: Any) -> Any:
        """A copy as text would be read again: nothing shared, its nulls those of a document."""
        return _CopiedNull() if value is WRITTEN_NULL else _settled(value)

    def value(self) -> Any:
        """The document as JSON."""
        return self._settle(self.root) if self._own else self.root

    def _mine(self, container: Container) -> Container:
        if id(container) in self._own or isinstance(container, _CopiedNull):
            return container
        copy = dict(container) if isinstance(container, dict) else list(container)
        self._own[id(copy)] = copy
        return copy

    def _settle(self, container: Container) -> Any:
        """Nulls that were written become plain ones; they stand in containers of our own only."""
        if isinstance(container, _CopiedNull):
            return None
        entries = container.items() if isinstance(container, dict) else enumerate(container)
        written = []
        for key, value in entries:
            if value is WRITTEN_NULL:
                written.append((key, None))
            elif isinstance(value, dict | list) and (
                id(value) in self._own or isinstance(value, _CopiedNull)
            ):
                written.append((key, self._settle(value)))
        for key, value in written:
            container[key] = value  # type: ignore[index]  # each kind of container has its keys
        return container


def _settled(value: Any) -> Any:
    if isinstance(value, _CopiedNull) or value is WRITTEN_NULL:
        return None
    if isinstance(value, dict):
        return {key: _settled(field) for key, field in value.items()}
    if isinstance(value, list):
        return [_settled(item) for item in value]
    return value


def _unescaped(step: str) -> str:
    """A step of a JSON pointer: `~1` is a slash and `~0` a tilde (RFC 6901)."""
    if "~" not in step:
        return step
    return _ESCAPE.sub(lambda found: "/" if found[0] == "~1" else "~", step)


def get(container: Container, key: str) -> Any:
    """What stands there; None where an object lacks the field."""
    if isinstance(container, dict):
        return container.get(key)
    return container[_index(key, len(container))]


def add(container: Container, key: str, value: Any) -> None:
    """Sets a field, or puts an item before that index; `-` and -1 are the end."""
    if isinstance(container, dict):
        _set(container, key, value)
    elif key == "-":
        container.append(value)
    else:
        try:
            number = _integer(key)
        except RejectedError as error:
            text = f"value was not a proper array index: '{key}': {error}"
            raise RejectedError(text) from None
        container.insert(_inside(number, len(container) + 1), value)


def replace(container: Container, key: str, value: Any) -> None:
    """Sets a field, even a missing one, or an item, which must be there."""
    if isinstance(container, dict):
        _set(container, key, value)
    else:
        container[_index(key, len(container))] = value


def remove(container: Container, key: str) -> None:
    """Takes a field or an item away."""
    if isinstance(container, list):
        del container[_index(key, len(container))]
    elif key in container:
        del container[key]
    else:
        raise RejectedError(f"Unable to remove nonexistent key: {key}: missing value")


def _set(container: dict[str, Any], key: str, value: Any) -> None:
    if isinstance(container, _CopiedNull):
        raise PanicError("assignment to entry in nil map")
    container[key] = value


def _index(key: str, length: int) -> int:
    return _inside(_integer(key), length)


def _inside(number: int, length: int) -> int:
    """The index; negative ones count from the end."""
    if not -length <= number < length:
        raise RejectedError(f"Unable to access invalid index: {number}: invalid index referenced")
    return number + length if number < 0 else number


def _integer(text: str) -> int:
    """strconv.Atoi."""
    problem = f"strconv.Atoi: parsing {quote(text)}"
    if not _INTEGER.fullmatch(text):
        raise RejectedError(f"{problem}: invalid syntax")
    digits = text.lstrip("+-0") or "0"
    number = 0
    # More digits than these never fit, and Python refuses to read very many.
    if len(digits) <= 19:
        number = -int(digits) if text[0] == "-" else int(digits)
    if len(digits) > 19 or not fits(number):
        raise RejectedError(f"{problem}: value out of range")
    return number
