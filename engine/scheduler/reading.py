"""Fields of API objects, read as Kubernetes' types have them: what is absent or null is empty.

A field of another type than Kubernetes' own would not have passed its decoder: ObjectError.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import KubeRewindError

Object = Mapping[str, Any]


class ObjectError(KubeRewindError):
    """An object that the API server would not have taken."""


def at(obj: object, *path: str) -> Any:
    """The value at a path of field names; None where any of them is absent."""
    value = obj
    for name in path:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise ObjectError(f"what holds the field {name!r} is no object")
        value = value.get(name)
    return value


def mapping(obj: object, *path: str) -> Object:
    """The object at a path."""
    value = at(obj, *path)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ObjectError(f"{'.'.join(path)} is no object")
    return value


def has(obj: object, name: str) -> bool:
    """Whether a pointer field is set."""
    return at(obj, name) is not None


def _list(obj: object, path: Sequence[str]) -> Sequence[Any]:
    value = at(obj, *path)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ObjectError(f"{'.'.join(path)} is no list")
    return value


def mappings(obj: object, *path: str) -> Sequence[Object]:
    """The list of objects at a path."""
    found = _list(obj, path)
    for each in found:
        if not isinstance(each, dict):
            raise ObjectError(f"{'.'.join(path)} holds what is no object")
    return found


def strings(obj: object, *path: str) -> Sequence[str]:
    """The list of texts at a path."""
    found = _list(obj, path)
    for each in found:
        if not isinstance(each, str):
            raise ObjectError(f"{'.'.join(path)} holds what is no string")
    return found


def text(obj: object, *path: str) -> str:
    """The text at a path."""
    value = at(obj, *path)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ObjectError(f"{'.'.join(path)} is no string")
    return value


def integer(obj: object, *path: str, default: int = 0) -> int:
    """The number at a path."""
    value = at(obj, *path)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise ObjectError(f"{'.'.join(path)} is no integer")
    return value


def truth(obj: object, *path: str) -> bool:
    """The boolean at a path."""
    value = at(obj, *path)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise ObjectError(f"{'.'.join(path)} is no boolean")
    return value


def texts_by_name(obj: object, *path: str) -> Mapping[str, str]:
    """The map of texts at a path, such as labels."""
    found = mapping(obj, *path)
    for each in found.values():
        if not isinstance(each, str):
            raise ObjectError(f"{'.'.join(path)} holds what is no string")
    return found


def labels_of(obj: object) -> Mapping[str, str]:
    """The labels of an object."""
    return texts_by_name(obj, "metadata", "labels")
