"""One object beside another that is nearly the same: equal parts become the same Python objects.

What two objects share need not be looked at again. Equal here are values that are spelled alike:
true is not 1, nor 1 the same as 1.0, and fields stand in the same order.
"""

from typing import Any

import orjson

_CONTAINERS = (dict, list)


def sharing(new: Any, old: Any) -> Any:
    """`new`, with `old`'s own dicts and lists where they are identical; neither is changed."""
    kind = type(new)
    if kind is not type(old) or kind not in _CONTAINERS:
        return new
    if identical(new, old):
        return old
    if kind is list:
        pairs = zip(new, old, strict=False)
        return [sharing(item, before) for item, before in pairs] + new[len(old) :]
    found = new.copy()
    for name, value in new.items():
        if type(value) in _CONTAINERS and name in old:
            found[name] = sharing(value, old[name])
    return found


def identical(one: Any, other: Any) -> bool:
    """Whether two JSON values are spelled alike."""
    try:
        return bool(one == other) and orjson.dumps(one) == orjson.dumps(other)
    except (RecursionError, orjson.JSONEncodeError):
        return False
