"""The text form of label selectors, read as Kubernetes reads it, odd spellings included.

After Lexer and Parser in staging/src/k8s.io/apimachinery/pkg/labels/selector.go (v1.36).
"""

import re
from typing import NamedTuple

from engine.model.naming import label_key_problems
from engine.model.quoting import quote
from engine.model.requirement import Operator, Requirement, SelectorError, require

# A NUL ends the token before it, and the text if it stands alone.
_TOKEN = re.compile(r"[ \t\r\n]*(?:(?P<symbol>==|!=|[=!(),<>])|(?P<word>[^=!(),<> \t\r\n\0]+))\0?")

_BINARY = {
    "in": Operator.IN,
    "notin": Operator.NOT_IN,
    "=": Operator.EQUALS,
    "==": Operator.DOUBLE_EQUALS,
    "!=": Operator.NOT_EQUALS,
    ">": Operator.GREATER_THAN,
    "<": Operator.LESS_THAN,
}
_OPERATORS_EXPECTED = ", ".join(_BINARY.values())


class _Token(NamedTuple):
    text: str
    is_word: bool


_END = _Token("", is_word=False)


def parse(text: str) -> list[Requirement]:
    """The requirements in the order of the text, else SelectorError."""
    return _Parser(text).requirements()


class _Parser:
    """Words are keys and values; `in` and `notin` are operators only where one is expected."""

    def __init__(self, text: str) -> None:
        self._tokens: list[_Token] = []
        self._next = 0
        position = 0
        while found := _TOKEN.match(text, position):
            word = found["word"]
            self._tokens.append(_Token(word or found["symbol"], is_word=bool(word)))
            position = found.end()
        self._tokens.append(_END)

    def _look(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def requirements(self) -> list[Requirement]:
        parsed: list[Requirement] = []
        while (token := self._look()) != _END:
            if not token.is_word and token.text != "!":
                raise SelectorError(
                    f"found '{token.text}', expected: !, identifier, or 'end of string'"
                )
            try:
                parsed.append(self._requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            if not self._goes_on():
                break
        return parsed

    def _goes_on(self) -> bool:
        token = self._take()
        if token == _END:
            return False
        if token.text != "," or token.is_word:
            raise SelectorError(f"found '{token.text}', expected: ',' or 'end of string'")
        following = self._look()
        if not following.is_word and following.text != "!":
            raise SelectorError(f"found '{following.text}', expected: identifier after ','")
        return True

    def _requirement(self) -> Requirement:
        negated = self._look().text == "!"
        if negated:
            self._take()
        key = self._take()
        if not key.is_word:
            raise SelectorError(f"found '{key.text}', expected: identifier")
        if problems := label_key_problems(key.text):
            # The parser has no path for the key, and Go prints that.
            raise SelectorError(f"<nil>: Invalid value: {quote(key.text)}: {'; '.join(problems)}")
        if negated:
            return require(key.text, Operator.DOES_NOT_EXIST, [])
        if self._ends_requirement():
            return require(key.text, Operator.EXISTS, [])
        operator = self._operator()
        is_set = operator in (Operator.IN, Operator.NOT_IN)
        values = self._set_of_values() if is_set else [self._exact_value()]
        return require(key.text, operator, values)

    def _ends_requirement(self) -> bool:
        token = self._look()
        return token == _END or token.text == ","

    def _operator(self) -> Operator:
        token = self._take()
        if token.text not in _BINARY:
            raise SelectorError(f"found '{token.text}', expected: {_OPERATORS_EXPECTED}")
        return _BINARY[token.text]

    def _exact_value(self) -> str:
        if self._ends_requirement():
            return ""
        token = self._take()
        if not token.is_word:
            raise SelectorError(f"found '{token.text}', expected: identifier")
        return token.text

    def _set_of_values(self) -> list[str]:
        token = self._take()
        if token.text != "(":
            raise SelectorError(f"found '{token.text}' expected: '('")
        token = self._look()
        if token.text == ")":
            self._take()
            return [""]
        if not token.is_word and token.text != ",":
            raise SelectorError(f"found '{token.text}', expected: ',', ')' or identifier")
        values = self._values()
        self._take()  # the ")" before which they end
        return sorted(values)

    def _values(self) -> dict[str, None]:
        """Words between commas; where there is none beside a comma, the empty value is meant."""
        values: dict[str, None] = {}
        while True:
            token = self._take()
            if token.is_word:
                values[token.text] = None
                following = self._look()
                if following.text == ")":
                    return values
                if following.text != ",":
                    raise SelectorError(f"found '{following.text}', expected: ',' or ')'")
            elif token.text == ",":
                following = self._look()
                if not values or following.text in (")", ","):
                    values[""] = None
                if following.text == ")":
                    return values
            else:
                raise SelectorError(f"found '{token.text}', expected: ',', or identifier")
