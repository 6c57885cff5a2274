"""Arrow arrays from Python values, a column at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Raw
from numpy.typing import NDArray

_NULL = b"null"
_TEXT_BYTES_MAX = 2**31 - 1

K = TypeVar("K", bound=Hashable)


def shared(keys: Iterable[K], make: Callable[[K], Any], type_: pa.DataType) -> pa.Array:
    """`make(key)` for every key, made once for equal keys: for columns of few different values."""
    numbers, distinct = numbered(keys)
    return pa.array([make(key) for key in distinct], type_).take(numbers)


def numbered(keys: Iterable[K]) -> tuple[pa.Array, list[K]]:
    """For every key its number among the distinct ones, and these."""
    number: defaultdict[K, int] = defaultdict()
    # Asked for a key that is not there, it notes the key with the number of those before.
    number.default_factory = number.__len__
    found = np.fromiter(map(number.__getitem__, keys), np.int32)
    return pa.array(found), list(number)


def texts(values: Sequence[str | None]) -> pa.Array:
    """A column of strings."""
    return pa.array(values, pa.string())


def text_maps(maps: list[dict[str, str]]) -> pa.Array:
    """A column of maps from strings to strings."""
    offsets = np.zeros(len(maps) + 1, np.int32)
    np.cumsum(np.fromiter(map(len, maps), np.int32, len(maps)), out=offsets[1:])
    keys = [key for found in maps for key in found]
    values = [value for found in maps for value in found.values()]
    return pa.MapArray.from_arrays(pa.array(offsets), texts(keys), texts(values))


def texts_of_raw(raws: Sequence[Raw | bytes]) -> tuple[pa.Array, list[int]]:
    """JSON bytes as a column of strings, null where there is no value or a null.

    Also the indices of those that are not UTF-8: U+FFFD stands for each bad sequence in them. The
    bytes are copied once, into the column. (pyarrow.array would leak memoryviews: pyarrow 26.)
    """
    lengths = np.fromiter((memoryview(raw).nbytes for raw in raws), np.int64, len(raws))
    absent = lengths == 0
    for index in np.flatnonzero(lengths == len(_NULL)).tolist():
        absent[index] = bytes(raws[index]) == _NULL
    if int(lengths.sum()) <= _TEXT_BYTES_MAX:
        offsets = np.zeros(len(raws) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        buffers = [_bitmap(~absent), pa.py_buffer(offsets), pa.py_buffer(b"".join(raws))]
        column = pa.Array.from_buffers(pa.string(), len(raws), buffers)
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            pass
        else:
            return column, []
    return _repaired([None if gone else bytes(raw) for gone, raw in zip(absent, raws, strict=True)])


def replaced(column: pa.Array, values: dict[int, str]) -> pa.Array:
    """The column with other values at some indices."""
    mask = np.zeros(len(column), np.bool_)
    mask[list(values)] = True
    texts_in_order = [values[index] for index in sorted(values)]
    return pc.replace_with_mask(column, pa.array(mask), pa.array(texts_in_order, pa.string()))


def _bitmap(valid: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def _repaired(values: list[bytes | None]) -> tuple[pa.Array, list[int]]:
    shown = [None if value is None else value.decode("utf-8", "replace") for value in values]
    bad = [
        index
        for index, (value, text) in enumerate(zip(values, shown, strict=True))
        if text is not None and text.encode() != value
    ]
    return pa.array(shown, pa.string()), bad
