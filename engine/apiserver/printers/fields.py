"""Reading objects whose fields may be absent, null, or not of the type they should be.

The Go printers read typed structs, where an absent field is its zero value; these functions give
the same, and treat a field of the wrong type as absent: records come from outside.
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.printers.contract import Object


def dig(value: Any, *path: str) -> Any:
    """The value at a path of keys, or None when a step is not there."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def text(value: Any, *path: str) -> str:
    """The string at a path, or ""."""
    found = dig(value, *path)
    return found if isinstance(found, str) else ""


def integer(value: Any, *path: str) -> int:
    """The whole number at a path, or 0."""
    found = dig(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def flag(value: Any, *path: str) -> bool:
    """The boolean at a path, or False."""
    return dig(value, *path) is True


def mapping(value: Any, *path: str) -> Object:
    """The map at a path, or an empty one."""
    found = dig(value, *path)
    return found if isinstance(found, Mapping) else {}


def maps(value: Any, *path: str) -> list[Object]:
    """The maps in the list at a path."""
    found = dig(value, *path)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def texts(value: Any, *path: str) -> list[str]:
    """The strings in the list at a path."""
    found = dig(value, *path)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def name(value: Object) -> str:
    """`metadata.name`."""
    return text(value, "metadata", "name")


def amount(value: Any, *path: str) -> str:
    """A quantity or an IntOrString as it prints; an absent quantity is "0" in Go."""
    found = dig(value, *path)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else "0"


def deleting(value: Object) -> bool:
    """Whether a deletion timestamp is set."""
    return text(value, "metadata", "deletionTimestamp") != ""


def condition(value: Object, condition_type: str) -> str:
    """The status of the first `status.conditions` entry of a type, or ""."""
    for entry in maps(value, "status", "conditions"):
        if entry.get("type") == condition_type:
            return text(entry, "status")
    return ""
