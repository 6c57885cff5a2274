"""Path elements: a step from an object to one of its fields or items, as managedFields spell it.

    f:name                      a field of an object, an entry of a map
    k:{"name":"web"}            the item of a list of that key
    v:"kubernetes.io/x"         the item of a set
    i:0                         the item of that index

The text is the element: two are equal if their texts are, once `canonical` has seen what others
wrote. Source: sigs.k8s.io/structured-merge-diff fieldpath/{element,serialize-pe}.go (v6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from engine.model.quoting import quote

SELF = "."
"""Under an element: the element itself is in the set, and not its children alone."""


class ElementError(ValueError):
    """A text that is no path element."""


_ESCAPED = re.compile(r'["\\<>&\x00-\x1f\u2028\u2029]')
_search = _ESCAPED.search
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BELOW_FIXED, _ABOVE_FIXED = 1e-6, 1e21


def json_text(value: Any) -> str:
    """A JSON value as Go's encoder writes it: HTML's characters escaped, the keys sorted."""
    if value.__class__ is str:
        return f'"{value}"' if not _search(value) else f'"{_ESCAPED.sub(_escape, value)}"'
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, list):
        return f"[{','.join(map(json_text, value))}]"
    pairs = (f"{json_text(key)}:{json_text(value[key])}" for key in sorted(value))
    return f"{{{','.join(pairs)}}}"


def field(name: str) -> str:
    """The element of a field of that name."""
    return f"f:{name}"


def key(pairs: Iterable[tuple[str, Any]]) -> str:
    """The element of the item with these keys, which must be sorted by name."""
    return f"k:{{{','.join([f'{json_text(name)}:{json_text(value)}' for name, value in pairs])}}}"


def item(value: Any) -> str:
    """The element of that item of a set."""
    return f"v:{json_text(value)}"


@lru_cache(maxsize=65536)
def canonical(text: str) -> str | None:
    """The element as Kubernetes writes it; None for one of an unknown type, which is passed over.

    Raises ElementError where Kubernetes refuses the text.
    """
    kind, content = text[:2], text[2:]
    if kind == "f:":
        return text
    if kind == "k:":
        found = _parsed(content)
        if not isinstance(found, dict):
            raise ElementError(f"ReadObjectCB: expect {{ or n, but found {content[:1]}")
        return key(sorted(found.items()))
    if kind == "v:":
        return item(_parsed(content))
    if kind == "i:":
        try:
            return f"i:{int(content)}"
        except ValueError:
            raise ElementError(f"strconv.Atoi: parsing {quote(content)}: invalid syntax") from None
    if len(text) < 2:
        raise ElementError("key must be 2 characters long:")
    if kind[1] != ":":
        raise ElementError(f"missing colon: {text}")
    return None


@lru_cache(maxsize=65536)
def order(text: str) -> tuple[Any, ...]:
    """What elements are sorted by: fields, then keys, then values, then indices; `.` first."""
    kind, content = text[:2], text[2:]
    if kind == "f:":
        return (0, content)
    if kind == "k:":
        found = _parsed(content)
        return (1, tuple((name, _value_order(value)) for name, value in sorted(found.items())))
    if kind == "v:":
        return (2, _value_order(_parsed(content)))
    if kind == "i:":
        return (3, int(content))
    return (-1,)


@lru_cache(maxsize=4096)
def display(text: str) -> str:
    """The element as messages show it: `.spec`, `[name="web"]`, `[="x"]`, `[0]`."""
    kind, content = text[:2], text[2:]
    if kind == "k:":
        found = _parsed(content)
        pairs = ",".join(f"{name}={_shown(value)}" for name, value in sorted(found.items()))
        return f"[{pairs}]"
    if kind == "v:":
        return f"[={_shown(_parsed(content))}]"
    if kind == "i:":
        return f"[{content}]"
    return f".{content}"


def display_path(path: Iterable[str]) -> str:
    """A path as messages show it."""
    return "".join(map(display, path))


def _parsed(content: str) -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ElementError(str(error)) from None


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"


def _value_order(value: Any) -> tuple[Any, ...]:
    """Numbers, strings, booleans, lists, maps, null: value.Compare of structured-merge-diff."""
    if isinstance(value, bool):
        return (2, value)
    if isinstance(value, int | float):
        return (0, value)
    if isinstance(value, str):
        return (1, value)
    if isinstance(value, list):
        return (3, tuple(map(_value_order, value)))
    if isinstance(value, dict):
        return (4, tuple((name, _value_order(value[name])) for name in sorted(value)))
    return (5,)


def _shown(value: Any) -> str:
    """value.ToString; a number went through a float, and is printed as one."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return f"[{','.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "".join(f"{name}={_shown(value[name])}" for name in sorted(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return shown_number(value)
    return json_text(value)


def shown_number(value: float) -> str:
    """A float64 as Go's %v prints it: with an exponent below 1e-4 and from 1e6 on."""
    number = float(value)
    if number == 0 or 1e-4 <= abs(number) < 1e6:
        return _fixed(number)
    return _exponent(number)


def _float_text(value: float) -> str:
    if value == 0 or _BELOW_FIXED <= abs(value) < _ABOVE_FIXED:
        return _fixed(value)
    text = _exponent(value)
    # Go writes e-09 as e-9 (encoding/json's cleaning up).
    return re.sub(r"e-0(\d)$", r"e-\1", text)


def _fixed(value: float) -> str:
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def _exponent(value: float) -> str:
    """With an exponent of at least two digits, and no more digits than tell the number."""
    digits = Decimal(repr(value)).normalize()
    mantissa, _, exponent = f"{digits:e}".partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:]:0>2}"
