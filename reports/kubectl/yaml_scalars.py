"""Which strings YAML would take for something else, and how a scalar is to be written.

go.yaml.in/yaml/v2 v2.4.3, which kubectl v1.36 writes YAML with: resolve.go, encode.go (stringv),
emitterc.go (yaml_emitter_analyze_scalar, yaml_emitter_select_scalar_style).
"""

import re
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache

# resolveMap of resolve.go: YAML 1.1's words for true, false, null, infinity and no number.
_LOWER = ("y", "yes", "true", "on", "n", "no", "false", "off", "null")
_INFINITE = [sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")]
WORDS = frozenset(
    [variant for word in _LOWER for variant in (word, word.capitalize(), word.upper())]
    + [*_INFINITE, ".nan", ".NaN", ".NAN", "~", ""]
)
# strconv.ParseInt with base 0, underscores taken out before.
INTEGER = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII
)
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
DOT_FLOAT = re.compile(r"\.[0-9]+([eE][-+]?[0-9]+)?")
BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:"
    r"[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(?:Z|[-+](\d\d):(\d\d))|"
    r" (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?)?",
    re.ASCII,
)
# Characters that start something in YAML when a scalar starts with them.
START_INDICATORS = frozenset("#,[]{}&*!|>'\"%@`")
PRINTABLE = re.compile("[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
# Line breaks other than \n; go-yaml keeps them as they are, which no one can read back.
ODD_BREAKS = re.compile("[\u2028\u2029]")
MARKS = ("---", "...")
REMEMBERED_MAX = 64


class Style(Enum):
    PLAIN = auto()
    SINGLE_QUOTED = auto()
    DOUBLE_QUOTED = auto()
    LITERAL = auto()


def choose_style(text: str, simple_key: bool) -> Style:
    """How a string is written; a simple key is one that stands on a line with its value."""
    # Short strings come again and again; long ones are not worth keeping.
    choose = _choose_style_again if len(text) <= REMEMBERED_MAX else _choose_style
    return choose(text, simple_key)


def _choose_style(text: str, simple_key: bool) -> Style:
    if PRINTABLE.fullmatch(text) is None or ODD_BREAKS.search(text) or " \n" in text:
        return Style.DOUBLE_QUOTED
    if "\n" in text:
        block = not simple_key and not text.endswith(" ")
        return Style.LITERAL if block else Style.DOUBLE_QUOTED
    if not _stays_string(text):
        return Style.DOUBLE_QUOTED
    return Style.PLAIN if _plain_allowed(text) else Style.SINGLE_QUOTED


_choose_style_again = lru_cache(maxsize=8192)(_choose_style)


def _plain_allowed(text: str) -> bool:
    first, then_space = text[0], text[1:2] in ("", " ")
    if first in START_INDICATORS or (first in "?:-" and then_space) or text.startswith(MARKS):
        return False
    inside = ": " in text[1:] or " #" in text or text.endswith(":")
    return not (inside or text.startswith(" ") or text.endswith(" "))


def _stays_string(text: str) -> bool:
    """Whether the text, without quotes, would be read as a string again."""
    if text in WORDS:
        return False
    if text[0] == ".":
        return not (DOT_FLOAT.fullmatch(text) and _is_finite(text))
    if text[0] not in "+-0123456789":
        return True
    plain = text.replace("_", "")
    number = _is_integer(plain) or (FLOAT.fullmatch(plain) and _is_finite(plain))
    return not (number or _is_timestamp(text) or BASE_60.fullmatch(text))


def _is_integer(text: str) -> bool:
    match = INTEGER.fullmatch(text)
    if match is None:
        return False
    sign, *digits = match.groups()
    spelled, base = next(pair for pair in zip(digits, (16, 2, 8, 10), strict=True) if pair[0])
    limit = {"": 2**64 - 1, "+": 2**63 - 1, "-": 2**63}[sign]
    # No number of more digits than this is below the limit, in any base.
    return len(spelled.lstrip("0")) <= 64 and int(spelled, base) <= limit


def _is_finite(text: str) -> bool:
    """strconv.ParseFloat fails on what is too large for a float64."""
    return abs(float(text)) != float("inf")


def _is_timestamp(text: str) -> bool:
    match = TIMESTAMP.fullmatch(text)
    if match is None:
        return False
    year, month, day, *clocks = (int(group or 0) for group in match.groups())
    hour, minute, second = (clocks[index] or clocks[index + 5] for index in range(3))
    try:
        datetime(year or 4, month, day, hour, minute, second)  # noqa: DTZ001 -- is it a date?
    except ValueError:
        return False
    return clocks[3] <= 24 and clocks[4] < 60
