"""Macros and functions that Kubernetes' CEL has and the library has not, in terms of what it has.

A function that is written in Python cannot return an optional value, cannot take an expression, and
cannot share the name of one that is there. So such calls are spelled otherwise before an expression
is compiled:

    self.all(i, v, v > i)
    cel.bind(each_1, self, keys_(each_1).all(i, cel.bind(v, each_1[i], v > i)))

Source: cel-go ext/{comprehensions,lists}.go (v0.26), k8s.io/apiserver pkg/cel/library/
{format,lists}.go, v1.36.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

CALLS_MAX = 500
"""More calls than these are left as they are: no rule that Kubernetes' cost limit lets through has
so many."""

_TOKEN = re.compile(
    r"(?P<skipped>\s+|//[^\n]*)"
    r"|(?P<text>[rR]?[bB]?[rR]?(?:\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'))"
    r"|(?P<number>[0-9](?:[eE][+-]|\.(?=[0-9])|[0-9a-zA-Z])*)"
    r"|(?P<name>[a-zA-Z_][a-zA-Z0-9_]*)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_OPEN = {")": "(", "]": "[", "}": "{"}
_MAYBE = "cel.bind({name}, {made}, size({name}) == 0 ? optional.none() : optional.of({value}))"


class Token(NamedTuple):
    """A word of an expression, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


class Call(NamedTuple):
    """A call that is spelled otherwise: what it is called on, and with what."""

    target: str
    arguments: tuple[str, ...]
    fresh: str
    """A name that nothing else has."""


Spelling = Callable[[Call], str]


def expanded(expression: str) -> str:
    """The expression with such calls spelled otherwise; what is none is left to the compiler."""
    for number in range(1, CALLS_MAX):
        found = _first_spelled(expression, f"each_{number}")
        if found is None:
            break
        expression = found
    return expression


def _first_spelled(expression: str, fresh: str) -> str | None:
    tokens = [token for token in _tokens(expression) if token.kind != "skipped"]
    pairs = _pairs(tokens)
    for index in range(1, len(tokens) - 2):
        dot, name, bracket = tokens[index : index + 3]
        if dot.text != "." or name.kind != "name" or index + 2 not in pairs:
            continue
        close = pairs[index + 2]
        arguments = _arguments(expression, tokens, pairs, index + 2, close)
        spelling = SPELLINGS.get((name.text, len(arguments)))
        if bracket.text != "(" or spelling is None:
            continue
        start = tokens[_operand(tokens, pairs, index - 1)].start
        target = expression[start : dot.start].strip()
        if name.text in OF_NAMESPACE and target != OF_NAMESPACE[name.text]:
            continue
        made = spelling(Call(target, arguments, fresh))
        return f"{expression[:start]}{made}{expression[tokens[close].end :]}"
    return None


def _tokens(expression: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(expression):
        yield Token(str(match.lastgroup), match[0], match.start(), match.end())


def _pairs(tokens: Sequence[Token]) -> dict[int, int]:
    """Of each bracket that has one: where its other one is."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in _OPEN.values():
            stack.append(index)
        elif stack and _OPEN.get(token.text) == tokens[stack[-1]].text:
            opening = stack.pop()
            pairs[opening], pairs[index] = index, opening
    return pairs


def _arguments(
    expression: str, tokens: Sequence[Token], pairs: dict[int, int], start: int, close: int
) -> tuple[str, ...]:
    cuts, index = [tokens[start].end], start + 1
    while index < close:
        if tokens[index].text == "," and tokens[index].kind == "sign":
            cuts += [tokens[index].start, tokens[index].end]
        index = pairs.get(index, index) + 1
    cuts.append(tokens[close].start)
    parts = [expression[a:b].strip() for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    return tuple(parts) if parts != [""] else ()


def _operand(tokens: Sequence[Token], pairs: dict[int, int], last: int) -> int:
    """Where the operand begins whose last word that is: `a.b(c)[d]` begins at `a`."""
    index = pairs.get(last, last) if tokens[last].text in _OPEN else last
    if index == 0:
        return 0
    before = tokens[index - 1]
    if tokens[index].text in ("(", "[", "{") and _ends_operand(before, tokens[index].text):
        return _operand(tokens, pairs, index - 1)
    if before.text == "?" and index > 1 and tokens[index - 2].text == ".":
        return _operand(tokens, pairs, index - 3)
    if before.text == "." and index > 1 and tokens[index].kind == "name":
        return _operand(tokens, pairs, index - 2)
    return index


def _ends_operand(token: Token, bracket: str) -> bool:
    """Whether a bracket after the word belongs to it: a call, an index."""
    if token.kind == "name":
        return token.text != "in"
    return bracket == "[" and (token.text in _OPEN or token.kind in ("text", "number"))


def _over_both(macro: str) -> Spelling:
    """A macro of a key and a value, by that of one variable."""

    def spelled(call: Call) -> str:
        key, value, *expressions = call.arguments
        bound = [f"cel.bind({value}, {call.fresh}[{key}], {each})" for each in expressions]
        over = f"keys_({call.fresh}).{macro}({key}, {', '.join(bound)})"
        return f"cel.bind({call.fresh}, {call.target}, {over})"

    return spelled


def _as_map(call: Call) -> str:
    key, value, *conditions, made = call.arguments
    pair = f"cel.bind({value}, {call.fresh}[{key}], [{key}, {made}])"
    kept = [f"cel.bind({value}, {call.fresh}[{key}], {each})" for each in conditions]
    pairs = f"keys_({call.fresh}).map({', '.join([key, *kept, pair])})"
    return f"cel.bind({call.fresh}, {call.target}, map_({pairs}))"


def _as_entries(call: Call) -> str:
    return f"entries_({_over_both('map')(call)})"


def _sorted_by(call: Call) -> str:
    name, key = call.arguments
    keys = f"{call.fresh}.map({name}, {key})"
    return f"cel.bind({call.fresh}, {call.target}, sorted_({call.fresh}, {keys}))"


def _renamed(name: str) -> Spelling:
    return lambda call: f"{name}({', '.join((call.target, *call.arguments))})"


def _validated(call: Call) -> str:
    made = f"problems_({call.target}, {call.arguments[0]})"
    return _MAYBE.format(name=call.fresh, made=made, value=call.fresh)


def _named(call: Call) -> str:
    made = f"format_({call.arguments[0]})"
    return _MAYBE.format(name=call.fresh, made=made, value=f"{call.fresh}[0]")


SPELLINGS: dict[tuple[str, int], Spelling] = {
    ("all", 3): _over_both("all"),
    ("exists", 3): _over_both("exists"),
    ("existsOne", 3): _over_both("exists_one"),
    ("exists_one", 3): _over_both("exists_one"),
    ("transformList", 3): _over_both("map"),
    ("transformList", 4): _over_both("map"),
    ("transformMap", 3): _as_map,
    ("transformMap", 4): _as_map,
    ("transformMapEntry", 3): _as_entries,
    ("transformMapEntry", 4): _as_entries,
    ("sortBy", 2): _sorted_by,
    ("reverse", 0): _renamed("reverse_"),
    ("indexOf", 1): _renamed("indexOf_"),
    ("indexOf", 2): _renamed("indexOf_"),
    ("lastIndexOf", 1): _renamed("lastIndexOf_"),
    ("lastIndexOf", 2): _renamed("lastIndexOf_"),
    ("validate", 1): _validated,
    ("named", 1): _named,
}
"""By name and number of arguments."""

OF_NAMESPACE = {"named": "format"}
"""What is only meant if it is called on that name."""
