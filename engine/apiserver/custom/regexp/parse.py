r"""Regular expressions in RE2's syntax, as programs of a machine.

Only what is around single characters is read here: what a character must be (`[^a-z]`, `\pL`)
stays text, which RE2 itself judges. It has also looked at the whole before, so that what is read is
well formed. Source: github.com/google/re2 (syntax), Go regexp/syntax, whose programs these are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

SIZE_MAX = 20_000
"""More instructions are not made; RE2's own limit is of the same order."""

_ESCAPE = re.compile(
    r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|[0-9a-fA-F]{2})|[0-7]{1,3}|.)", re.DOTALL
)
_CLASS = re.compile(
    r"\[\^?\]?(?:\[:\^?\w+:\]|\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|.)|[^\]\\])*\]", re.DOTALL
)
_FLAGS = re.compile(r"\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])")
_GROUP = re.compile(r"\((?:\?P?<\w+>)?")
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)|\\[^Q]", re.DOTALL)
_COUNTS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}

Kind = Literal["character", "split", "jump", "anchor", "match"]


class TooLargeError(ValueError):
    """A program that would take too long."""


class Instruction(NamedTuple):
    """One step. `text` is what a character or a place must be, in RE2's syntax with its flags;
    `ways` are where to go on, the preferred first."""

    kind: Kind
    text: str = ""
    ways: tuple[int, ...] = ()


Program = tuple[Instruction, ...]


def compiled(pattern: str) -> Program:
    """The program of an expression, which RE2 has taken; raises TooLargeError."""
    plain = _QUOTED.sub(
        lambda match: match[0] if match[1] is None else re.escape(match[1]), pattern
    )
    return Parser(plain).program()


@dataclass(slots=True)
class Parser:
    """Reads one expression, front to back. Ways are relative to where they begin."""

    pattern: str
    position: int = 0
    flags: frozenset[str] = field(default_factory=frozenset)

    def program(self) -> Program:
        """The whole expression."""
        return (*self._alternatives(), Instruction("match"))

    def _alternatives(self) -> list[Instruction]:
        """`a|b`, up to the end of the group; its flags end there too."""
        flags, found = self.flags, self._sequence()
        while self._take("|"):
            other = self._sequence()
            split = Instruction("split", ways=(1, len(found) + 2))
            found = [split, *found, Instruction("jump", ways=(len(other) + 1,)), *other]
        self.flags = flags
        return found

    def _sequence(self) -> list[Instruction]:
        parts: list[Instruction] = []
        while self.position < len(self.pattern) and self.pattern[self.position] not in "|)":
            part = self._part()
            while part and (count := self._count()) is not None:
                part = _repeated(part, *count)
            parts += part
            if len(parts) > SIZE_MAX:
                raise TooLargeError(self.pattern)
        return parts

    def _count(self) -> tuple[int, int | None, bool] | None:
        """How often, and whether as often as can be."""
        sign = self.pattern[self.position : self.position + 1]
        match = _COUNT.match(self.pattern, self.position)
        if sign in _COUNTS and sign:
            least, most = _COUNTS[sign]
            self.position += 1
        elif match is not None:
            least = int(match[1])
            most = least if match[2] is None else int(match[3]) if match[3] else None
            self.position = match.end()
        else:
            return None
        return least, most, self._take("?") == ("U" in self.flags)

    def _part(self) -> list[Instruction]:
        pattern, at = self.pattern, self.position
        if pattern[at] == "(":
            return self._group()
        if pattern[at] in "^$":
            self.position += 1
            return [Instruction("anchor", pattern[at] + ("m" if "m" in self.flags else ""))]
        if pattern[at : at + 2] in ("\\A", "\\z", "\\b", "\\B"):
            self.position += 2
            return [Instruction("anchor", pattern[at : at + 2])]
        match = _ESCAPE.match(pattern, at) or _CLASS.match(pattern, at)
        text = match[0] if match else pattern[at]
        self.position += len(text)
        return [self._character(text)]

    def _group(self) -> list[Instruction]:
        if match := _FLAGS.match(self.pattern, self.position):
            self.position = match.end()
            flags = self.flags
            self.flags = flags.union(match[1]).difference(match[2] or "")
            if match[3] == ")":
                return []
        else:
            found = _GROUP.match(self.pattern, self.position)
            assert found is not None, "RE2 has taken the expression"
            self.position, flags = found.end(), self.flags
        parts = self._alternatives()
        self._take(")")
        self.flags = flags
        return parts

    def _character(self, text: str) -> Instruction:
        flags = "".join(sorted(self.flags & {"i", "s"}))
        return Instruction(
            "character", f"\\A(?{flags}:{text})\\z" if flags else f"\\A(?:{text})\\z"
        )

    def _take(self, sign: str) -> bool:
        found = self.pattern.startswith(sign, self.position)
        self.position += len(sign) if found else 0
        return found


def _repeated(
    part: list[Instruction], least: int, most: int | None, greedy: bool
) -> list[Instruction]:
    if len(part) * max(least, most or 1) > SIZE_MAX:
        raise TooLargeError
    size = len(part)
    if most is None:
        once = [*part, Instruction("split", ways=(-size, 1) if greedy else (1, -size))]
        if least:
            return part * (least - 1) + once
        if _may_be_empty(part):
            return _maybe(once, greedy)  # so that what is preferred stays so
        return [*_maybe(part, greedy, 1), Instruction("jump", ways=(-size - 1,))]
    found: list[Instruction] = []
    for _ in range(most - least):
        found = _maybe([*part, *found], greedy)
    return part * least + found


def _maybe(part: list[Instruction], greedy: bool, beyond: int = 0) -> list[Instruction]:
    """The part, or on behind it."""
    out = len(part) + 1 + beyond
    return [Instruction("split", ways=(1, out) if greedy else (out, 1)), *part]


def _may_be_empty(part: list[Instruction]) -> bool:
    reached, waiting = set[int](), [0]
    while waiting:
        index = waiting.pop()
        if index in reached or index > len(part):
            continue
        reached.add(index)
        if index < len(part) and part[index].kind != "character":
            waiting += [index + way for way in part[index].ways or (1,)]
    return len(part) in reached
