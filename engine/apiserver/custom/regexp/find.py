"""The first match of a regular expression, and all of them, as Go's regexp finds them.

A match is the leftmost, and of those the one that a backtracking search would find first. The time
is that of the text times the expression, whoever wrote it. Source: Go regexp/exec.go (the machine
of Pike), regexp.go (allMatches, FindAllString), Go 1.26.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.apiserver.custom import patterns
from engine.apiserver.custom.regexp.parse import Program, TooLargeError, compiled

STEPS_MAX = 5_000_000
"""Some seconds. Kubernetes' cost limit is below that."""

Threads = dict[int, int]
"""Where the machine is, the preferred first, and where each match began."""


def find(text: str, pattern: str) -> str:
    """The first match, or nothing. PatternError if the pattern is none."""
    found = Machine(_program(pattern), text).search(0)
    return "" if found is None else text[found[0] : found[1]]


def find_all(text: str, pattern: str, count: int = -1) -> list[str]:
    """The matches one after another, as many as are asked for if that is not below zero."""
    machine, found = Machine(_program(pattern), text), list[str]()
    position, last_end = 0, -1
    while position <= len(text) and (count < 0 or len(found) < count):
        match = machine.search(position)
        if match is None:
            break
        start, end = match
        # Nothing is no match right behind another.
        if end > position or start != last_end:
            found.append(text[start:end])
        position, last_end = (end if end > position else position + 1), end
    return found


@lru_cache(maxsize=1024)
def _program(pattern: str) -> Program:
    patterns.matches(pattern, "")
    return compiled(pattern)


@dataclass(slots=True)
class Machine:
    """Runs a program over a text; TooLargeError once that has taken too many steps."""

    program: Program
    text: str
    steps: int = 0

    def search(self, position: int) -> tuple[int, int] | None:
        """Where the first match from there on begins and ends."""
        best: tuple[int, int] | None = None
        threads: Threads = {}
        for at in range(position, len(self.text) + 1):
            if best is None:
                self._follow(threads, 0, at, at)
            threads, end = self._step(threads, at)
            best = end or best
            if not threads and best is not None:
                break
        return best

    def _step(self, threads: Threads, at: int) -> tuple[Threads, tuple[int, int] | None]:
        """Take a character; also the match that ends before it, if one does."""
        self.steps += len(threads)
        if self.steps > STEPS_MAX:
            raise TooLargeError
        following: Threads = {}
        for index, start in threads.items():
            instruction = self.program[index]
            if instruction.kind == "match":
                return following, (start, at)  # what comes after is less preferred
            if at < len(self.text) and _is(instruction.text, self.text[at]):
                self._follow(following, index + 1, start, at + 1)
        return following, None

    def _follow(self, threads: Threads, index: int, start: int, at: int) -> None:
        """Go on to where a character is wanted, or the end, in the order of preference."""
        stack, seen = [index], set[int]()
        while stack:
            index = stack.pop()
            if index in seen or index in threads:
                continue
            seen.add(index)
            self.steps += 1
            instruction = self.program[index]
            if instruction.kind in ("split", "jump"):
                stack += [index + way for way in reversed(instruction.ways)]
            elif instruction.kind != "anchor":
                threads[index] = start
            elif _holds(instruction.text, self.text, at):
                stack.append(index + 1)


@lru_cache(maxsize=65536)
def _is(text: str, character: str) -> bool:
    return patterns.matches(text, character)


def _holds(anchor: str, text: str, at: int) -> bool:
    begins, ends = at == 0, at == len(text)
    match anchor:
        case "^" | "\\A":
            return begins
        case "$" | "\\z":
            return ends
        case "^m":
            return begins or text[at - 1] == "\n"
        case "$m":
            return ends or text[at] == "\n"
    within = (not begins and _is_word(text[at - 1])) != (not ends and _is_word(text[at]))
    return within == (anchor == "\\b")


def _is_word(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())
