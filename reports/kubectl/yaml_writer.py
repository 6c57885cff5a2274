"""YAML as sigs.k8s.io/yaml v1.6 writes it, which kubectl v1.36 prints with.

Keys in natural order, two spaces of indent, sequences not indented under their key, long lines
folded after column 80: go.yaml.in/yaml/v2 v2.4.3, emitterc.go and sorter.go.
"""

import re
from collections.abc import Mapping
from functools import cmp_to_key, lru_cache
from typing import Any

from engine.apiserver.printers.gotext import json_number, sprint
from engine.errors import KubeRewindError
from reports.kubectl.yaml_scalars import Style, choose_style

INDENT = 2
FOLD_AFTER = 80
SIMPLE_KEY_MAX = 128
# Python reads no longer integers; none that long is in a key that is meant.
DIGITS_MAX = 4000
LINE_BREAK = re.compile("[\n\r\x85\u2028\u2029]")
SURROGATE = re.compile("[\ud800-\udfff]")
# What double quotes do not let through as it is.
ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\U00010000-\U0010ffff]')
ESCAPES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r",
    "\x1b": "e", '"': '"', "\\": "\\", "\x85": "N", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


def to_yaml(value: Any) -> str:
    """A document, which ends with a newline. Raises KubeRewindError for bottomless nesting."""
    writer = _Writer()
    try:
        writer.node(value, 0)
    except RecursionError:
        raise KubeRewindError("an object is nested too deeply to be written as YAML") from None
    return writer.finished()


class _Writer:
    """Writes nodes one after another, and knows the column it is at."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.column = 0

    def finished(self) -> str:
        self.line(0)
        return "".join(self.parts)

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.column += len(text)

    def line(self, indent: int) -> None:
        """Goes to a new line, unless it stands at the start of one, and indents it."""
        if self.column > 0:
            self.parts.append("\n")
            self.column = 0
        self.put(" " * indent)

    def node(self, value: Any, indent: int) -> None:
        """A node that starts where the writer stands: the document, an item, a value of `: `."""
        if isinstance(value, Mapping) and value:
            self.mapping(value, indent)
        elif isinstance(value, list) and value:
            self.sequence(value, indent)
        else:
            self.scalar(value, indent)

    def mapping(self, value: Mapping[str, Any], indent: int) -> None:
        for index, key in enumerate(sorted(value, key=NATURAL_ORDER)):
            if index:
                self.line(indent)
            shown = SURROGATE.sub("\ufffd", key)
            if LINE_BREAK.search(shown) or len(shown.encode()) > SIMPLE_KEY_MAX:
                self.put("? ")
                self.string(shown, indent + INDENT, simple_key=False)
                self.line(indent)
                self.put(": ")
                self.node(value[key], indent + INDENT)
            else:
                self.string(shown, indent, simple_key=True)
                self.put(":")
                self.value(value[key], indent)

    def value(self, value: Any, indent: int) -> None:
        """What follows a key and its colon, in a mapping at this indent."""
        if isinstance(value, Mapping) and value:
            self.line(indent + INDENT)
            self.mapping(value, indent + INDENT)
        elif isinstance(value, list) and value:
            self.line(indent)
            self.sequence(value, indent)
        else:
            self.put(" ")
            self.scalar(value, indent + INDENT)

    def sequence(self, items: list[Any], indent: int) -> None:
        for index, item in enumerate(items):
            if index:
                self.line(indent)
            self.put("- ")
            self.node(item, indent + INDENT)

    def scalar(self, value: Any, indent: int) -> None:
        """Anything that is not nested; `indent` is where further lines of it start."""
        if isinstance(value, str):
            self.string(SURROGATE.sub("\ufffd", value), indent, simple_key=False)
        elif isinstance(value, Mapping):
            self.put("{}")
        elif isinstance(value, list):
            self.put("[]")
        elif value is None:
            self.put("null")
        else:
            self.put(_literal(value))

    def string(self, text: str, indent: int, simple_key: bool) -> None:
        match choose_style(text, simple_key):
            case Style.LITERAL:
                self.literal(text, indent)
            case Style.PLAIN:
                self.folded(text, indent, fold=not simple_key, style=Style.PLAIN)
            case style:
                quote = "'" if style is Style.SINGLE_QUOTED else '"'
                self.put(quote)
                self.folded(text, indent, fold=not simple_key, style=style)
                self.put(quote)

    def folded(self, text: str, indent: int, fold: bool, style: Style) -> None:
        """The text on one line, or broken at single spaces beyond column 80."""
        words = text.split(" ")
        for index, word in enumerate(words):
            if index:
                self.space(words, index, indent, fold, style)
            self.put(_quoted(word, style))

    def space(self, words: list[str], index: int, indent: int, fold: bool, style: Style) -> None:
        """The space before a word. An empty word stands between two spaces, or at an end."""
        first_of_run = index == 1 or words[index - 1] != ""
        last_of_run = words[index] != ""
        breakable = first_of_run and (last_of_run or style is Style.DOUBLE_QUOTED)
        at_start = index == 1 and words[0] == ""
        at_end = index == len(words) - 1 and words[index] == ""
        if not (fold and breakable and self.column > FOLD_AFTER) or at_start or at_end:
            self.put(" ")
            return
        self.line(indent)
        if not last_of_run:
            self.put("\\")

    def literal(self, text: str, indent: int) -> None:
        """A block scalar; its header says if it starts with white space, and how it ends."""
        hint = str(INDENT) if text[0] in " \n" else ""
        chomp = "" if text.endswith("\n") else "-"
        if text == "\n" or text.endswith("\n\n"):
            chomp = "+"
        self.put(f"|{hint}{chomp}")
        for line in text.removesuffix("\n").split("\n"):
            self.parts.append("\n")
            self.column = 0
            if line:
                self.put(" " * indent + line)
        if text.endswith("\n"):
            self.parts.append("\n")
            self.column = 0


def _literal(value: bool | int | float) -> str:
    """A boolean or a number. Go reads JSON's numbers anew: 1.0 has become 1 by then."""
    if isinstance(value, bool):
        return sprint(value)
    number = json_number(value)
    return number if number.lstrip("-").isdigit() else sprint(float(value))


def _quoted(text: str, style: Style) -> str:
    if style is Style.SINGLE_QUOTED:
        return text.replace("'", "''")
    return ESCAPED.sub(_escape, text) if style is Style.DOUBLE_QUOTED else text


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in ESCAPES:
        return f"\\{ESCAPES[character]}"
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


@lru_cache(maxsize=8192)
def _compare(left: str, right: str) -> int:
    """Natural order (keyList of sorter.go): numbers by value, and before letters."""
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a == b:
            continue
        if a.isalpha() and b.isalpha():
            return _sign(a, b)
        if a.isalpha() or b.isalpha():
            return -1 if b.isalpha() else 1
        return _sign(_number(left, index, b), _number(right, index, a))
    return _sign(len(left), len(right))


def _number(text: str, index: int, other: str) -> tuple[int, int, str]:
    """The number that starts here, its length, and the character that differs.

    Behind other digits but zeros a zero here or there is a digit of a longer number: what is
    counted from it gets a leading one, so that more digits mean more.
    """
    before = text[len(text[:index].rstrip("0123456789")) : index]
    digits = text[index : len(text) - len(text[index:].lstrip("0123456789"))]
    lead = "1" if "0" in (text[index], other) and before.strip("0") else ""
    return int((lead + digits)[:DIGITS_MAX] or "0"), len(digits), text[index]


def _sign(a: Any, b: Any) -> int:
    return int(a > b) - int(a < b)


NATURAL_ORDER = cmp_to_key(_compare)
