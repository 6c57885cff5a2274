"""Walking through a template character by character."""

import re
from collections.abc import Callable

from engine.apiserver.printers.jsonpath.nodes import JSONPathError

TERMINATORS = frozenset(" \t\r\n.,[]$@{}")
# The escapes of strconv.UnquoteChar, Go.
ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))"
)
SIMPLE_ESCAPES = dict(zip("abfnrtv\\'\"", "\a\b\f\n\r\t\v\\'\"", strict=True))


class Scanner:
    """A position in a text. `peek` and `next` give "" at its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def next(self) -> str:
        character = self.peek()
        self.position += len(character)
        return character

    def skip(self, prefix: str) -> bool:
        """Whether the prefix comes next; if so, goes past it."""
        found = self.text.startswith(prefix, self.position)
        self.position += len(prefix) if found else 0
        return found

    def take_while(self, accept: Callable[[str], bool]) -> str:
        start = self.position
        while self.peek() and accept(self.peek()):
            self.position += 1
        return self.text[start : self.position]

    def take_until(self, end: str) -> str:
        """The text before `end`, going past it; an error if a line ends before."""
        stop = self.text.find(end, self.position)
        taken = self.text[self.position : stop]
        if stop < 0 or "\n" in taken:
            raise JSONPathError(f"unterminated array: expected {end!r}")
        self.position = stop + len(end)
        return taken

    def take_name(self) -> str:
        """A field name; a backslash keeps the character after it from ending the name."""
        name = []
        while self.peek() and self.peek() not in TERMINATORS:
            character = self.next()
            name.append(self.next() if character == "\\" else character)
        return "".join(name)

    def take_quoted(self, quote: str) -> str:
        """A string up to its closing quote (the opening one is taken), with escapes resolved."""
        start = self.position
        while True:
            character = self.next()
            if character in ("", "\n"):
                raise JSONPathError("unterminated quoted string")
            if character == quote and self.text[self.position - 2] != "\\":
                return unquote(self.text[start : self.position - 1])

    def take_filter(self) -> str:
        """The text inside `[?(…)]`, whose opening is taken; a quote may hold parentheses."""
        start, opened, closed, quote = self.position, False, False, ""
        while True:
            character = self.next()
            if character in ("", "\n"):
                raise JSONPathError("unterminated filter")
            if character in "\"'":
                if not opened:
                    opened, quote = True, character
                elif character == quote and self.text[self.position - 2] != "\\":
                    closed = True
            elif character == ")" and opened == closed:
                break
        if self.next() != "]":
            raise JSONPathError("unclosed array: expected ']' after a filter")
        return self.text[start : self.position - 2]


def unquote(text: str) -> str:
    """The text of a string literal (without its quotes), as Go reads escapes."""
    out, position = [], 0
    while (found := text.find("\\", position)) >= 0:
        match = ESCAPE.match(text, found)
        if match is None:
            raise JSONPathError(f"invalid escape in string {text!r}")
        simple, *codes, octal = match.groups()
        out.append(text[position:found])
        if simple is not None:
            out.append(SIMPLE_ESCAPES[simple])
        elif octal is not None:
            out.append(chr(int(octal, 8)))
        else:
            out.append(_character(next(code for code in codes if code is not None)))
        position = match.end()
    return "".join([*out, text[position:]])


def _character(code: str) -> str:
    if int(code, 16) > 0x10FFFF:
        raise JSONPathError(f"no such character: {code}")
    return chr(int(code, 16))
