"""JSON as Go's encoding/json writes it, so that output can be compared byte by byte."""

import re
from typing import Any

import orjson

from engine.apiserver.printers.gotext import INT64_MAX, INT64_MIN, json_number
from engine.errors import KubeRewindError

SURROGATE = re.compile("[\ud800-\udfff]")
# Escaped for the sake of HTML and JavaScript: htmlSafeSet of encoding/json/tables.go, Go 1.26.
UNSAFE = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
LINE_INDENT = re.compile(r"^ +", re.MULTILINE)


def compact(value: Any) -> str:
    """json.Marshal: no white space, keys sorted."""
    return _dump(value, orjson.OPT_SORT_KEYS)


def indented(value: Any) -> str:
    """json.MarshalIndent with four spaces, as kubectl has it: keys sorted, one item a line."""
    lines = _dump(value, orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
    return LINE_INDENT.sub(lambda two: two[0] * 2, lines)


def _dump(value: Any, option: int) -> str:
    try:
        text = orjson.dumps(_prepare(value), option=option).decode()
    except (RecursionError, orjson.JSONEncodeError) as error:
        raise KubeRewindError(f"an object cannot be written as JSON: {error}") from None
    for character, escape in UNSAFE.items():
        text = text.replace(character, escape)
    return text


def _prepare(value: Any) -> Any:
    """The value with what orjson writes otherwise, or not at all, put in Go's form."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_prepare(key): _prepare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_prepare(item) for item in value]
    whole = isinstance(value, int) and INT64_MIN <= value <= INT64_MAX
    if value is None or whole:
        return value
    return orjson.Fragment(json_number(value))
