r"""Reading JSONPath templates: staging/src/k8s.io/client-go/util/jsonpath/parser.go, v1.36.

Outside braces is text; inside is a path: `{.items[*].metadata.name}{"\n"}`.
"""

import re
from collections.abc import Callable

from engine.apiserver.printers.jsonpath.nodes import (
    Field,
    Filter,
    JSONPathError,
    Literal,
    Part,
    Path,
    Range,
    Recursive,
    Slice,
    Step,
    Union,
    Wildcard,
)
from engine.apiserver.printers.jsonpath.scanner import Scanner

SLICE = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?", re.ASCII)
DICT_KEY = re.compile(r"'([^']*)'")
COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)", re.DOTALL)
# Keywords that stand at the start of a path and make a loop of it.
RANGE, END = "range", "end"


def parse(template: str) -> tuple[Part, ...]:
    """The parts of a template. Raises JSONPathError, which says what is wrong."""
    scanner = Scanner(template)
    return _parse_parts(scanner, inside_range=False)


def _parse_parts(scanner: Scanner, inside_range: bool) -> tuple[Part, ...]:
    """Parts up to the end of the template, or of the range that they stand in."""
    parts: list[Part] = []
    while scanner.peek():
        if text := scanner.take_while(lambda character: character != "{"):
            parts.append(Path((Literal(text),)))
            continue
        scanner.skip("{")
        keyword, path = _parse_action(scanner)
        if keyword == END:
            if not inside_range:
                raise JSONPathError("not in range, nothing to end")
            return tuple(parts)
        if keyword == RANGE:
            parts.append(Range(path, _parse_parts(scanner, inside_range=True)))
        else:
            parts.append(path)
    return tuple(parts)


def _parse_action(scanner: Scanner) -> tuple[str, Path]:
    """The path up to the closing brace, and the keyword in it, if any."""
    keyword, steps = "", list[Step]()
    while not scanner.skip("}"):
        name = _parse_step(scanner, steps)
        keyword = name or keyword
    return keyword, Path(tuple(steps))


def _parse_step(scanner: Scanner, steps: list[Step]) -> str:
    """Goes past one step, adding it to `steps`; or past a keyword, returning it."""
    if scanner.skip("[?("):
        steps.append(_parse_filter(scanner.take_filter()))
        return ""
    if scanner.skip(".."):
        if steps and isinstance(steps[-1], Recursive):
            raise JSONPathError("invalid multiple recursive descent")
        steps.append(Recursive())
        if _is_word(scanner.peek()):
            steps.append(_parse_field(scanner))
        return ""
    character = scanner.peek()
    if character in ("", "\r", "\n"):
        raise JSONPathError("unclosed action: expected '}'")
    if character in "+-" or character.isdecimal():
        steps.append(_parse_number(scanner))
    elif _is_word(character):
        return _parse_word(scanner, steps)
    else:
        scanner.next()
        _parse_sign(character, scanner, steps)
    return ""


def _parse_sign(character: str, scanner: Scanner, steps: list[Step]) -> None:
    if character in " @$":
        return
    if character == "[":
        steps.extend(_parse_array(scanner.take_until("]")))
    elif character in "\"'":
        steps.append(Literal(scanner.take_quoted(character)))
    elif character == ".":
        steps.append(_parse_field(scanner))
    else:
        raise JSONPathError(f"unrecognized character in action: {character!r}")


def _parse_word(scanner: Scanner, steps: list[Step]) -> str:
    word = scanner.take_name()
    if word in ("true", "false"):
        steps.append(Literal(word == "true"))
        return ""
    if word in (RANGE, END):
        return word
    raise JSONPathError(f"unrecognized identifier {word!r}: a field begins with a dot, .{word}")


def _parse_field(scanner: Scanner) -> Field | Wildcard:
    name = scanner.take_name()
    return Wildcard() if name == "*" else Field(name)


def _parse_number(scanner: Scanner) -> Literal:
    sign = scanner.next() if scanner.peek() in ("+", "-") else ""
    digits = sign + scanner.take_while(lambda character: character in "0123456789.")
    number: Callable[[str], float] = float if "." in digits else int
    try:
        return Literal(number(digits))
    except ValueError:
        raise JSONPathError(f"cannot parse number {digits!r}") from None


def _parse_array(text: str) -> list[Step]:
    """What stands in brackets: `*`, an index, a slice, a quoted key, or several of these."""
    choices = text.split(",")
    if len(choices) > 1:
        return [Union(tuple(Path(tuple(_parse_array(choice.strip(" ")))) for choice in choices))]
    if key := DICT_KEY.fullmatch(text):
        return list(_parse_sub(f".{key[1]}").steps)
    match = SLICE.fullmatch(":" if text == "*" else text)
    if match is None:
        raise JSONPathError(f"invalid array index {text!r}")
    start, end, step = match.groups()
    if end is None and not start:
        raise JSONPathError("array index is not a number: '[]'")
    return [Slice(_number(start), _number(end), _number(step), single=end is None)]


def _number(text: str | None) -> int | None:
    digits = (text or "").removeprefix(":")
    if digits == "-":
        raise JSONPathError("array index '-' is not a number")
    return int(digits) if digits else None


def _parse_filter(text: str) -> Filter:
    match = COMPARISON.fullmatch(text)
    if match is None:
        return Filter(_parse_sub(text), "", Path(()))
    if match[2] not in ("<", ">", "==", "!=", "<=", ">="):
        raise JSONPathError(f"unrecognized filter operator {match[2]}")
    return Filter(_parse_sub(match[1]), match[2], _parse_sub(match[3]))


def _parse_sub(text: str) -> Path:
    keyword, path = _parse_action(Scanner(text + "}"))
    if keyword:
        raise JSONPathError(f"{keyword!r} cannot stand inside brackets")
    return path


def _is_word(character: str) -> bool:
    return character == "_" or character.isalnum()
