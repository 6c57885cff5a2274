"""Arrow arrays from Python values, a column at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import pyarrow as pa

Text = bytes | memoryview | str | None
"""A value of a text column: UTF-8 bytes need no decoding."""

K = TypeVar("K", bound=Hashable)


def shared(keys: Iterable[K], make: Callable[[K], Any], type_: pa.DataType) -> pa.Array:
    """`make(key)` for every key, made once for equal keys: for columns of few different values."""
    positions: dict[K, int] = {}
    indices = [positions.setdefault(key, len(positions)) for key in keys]
    values = pa.array([make(key) for key in positions], type_)
    return values.take(pa.array(indices, pa.int32()))


def texts(values: Iterable[str | None]) -> pa.Array:
    """A column of strings."""
    return pa.array(list(values), pa.string())


def texts_of_bytes(values: list[Text]) -> tuple[pa.Array, list[int]]:
    """A column of strings from what should be UTF-8.

    Also the indices of those that are not; in them U+FFFD stands for each bad sequence, here and
    in `values`.
    """
    try:
        return pa.array(values, pa.string()), []
    except (pa.ArrowInvalid, UnicodeDecodeError):
        bad = [index for index, value in enumerate(values) if not _is_utf8(value)]
    for index in bad:
        values[index] = _decoded(values[index])
    return pa.array(values, pa.string()), bad


def _decoded(value: Text) -> str | None:
    return value if value is None or isinstance(value, str) else str(value, "utf-8", "replace")


def _is_utf8(value: Text) -> bool:
    if value is None or isinstance(value, str):
        return True
    try:
        str(value, "utf-8")
    except UnicodeDecodeError:
        return False
    return True
