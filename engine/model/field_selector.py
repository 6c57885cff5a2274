"""Field selectors: `status.phase=Running,spec.nodeName!=node-1`.

After selector.go in staging/src/k8s.io/apimachinery/pkg/fields (v1.36).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.requirement import SelectorError

_OPERATOR = re.compile(r"!=|==|=")


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """What one field must be, or with `equal` false, must not be."""

    field: str
    value: str
    equal: bool = True

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether an object with these fields meets it; a field that is absent is empty."""
        return (fields.get(self.field, "") == self.value) is self.equal

    def __str__(self) -> str:
        return f"{self.field}{'=' if self.equal else '!='}{_escape(self.value)}"


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """Selects the objects that meet all terms."""

    terms: tuple[FieldTerm, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "FieldSelector":
        """The selector that the text spells, its terms sorted, else SelectorError."""
        terms = [_parse_term(term, text) for term in sorted(_split(text)) if term]
        # A term that names no field and no value requires nothing.
        return cls(tuple(term for term in terms if term.field or term.value))

    @property
    def empty(self) -> bool:
        """Whether it selects every object because it requires nothing."""
        return not self.terms

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether it selects an object with these fields (`status.phase` -> `Running`)."""
        return all(term.matches(fields) for term in self.terms)

    def __str__(self) -> str:
        return ",".join(map(str, self.terms))


def _split(text: str) -> list[str]:
    """The terms between commas; escaped ones do not count, and keep their backslash."""
    terms, start, escaped = [], 0, False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ",":
            terms.append(text[start:position])
            start = position + 1
    return [*terms, text[start:]]


def _parse_term(term: str, text: str) -> FieldTerm:
    operator = _OPERATOR.search(term)
    if operator is None:
        raise SelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
    value = _unescape(term[operator.end() :])
    return FieldTerm(term[: operator.start()], value, equal=operator[0] != "!=")


def _unescape(value: str) -> str:
    """The literal value: a backslash stands before each backslash, comma and equals sign."""
    plain, rest = "", iter(value)
    for character in rest:
        if character in ",=":
            raise SelectorError(
                f"invalid field selector: unescaped character in value: {ord(character)}"
            )
        if character == "\\":
            character = next(rest, "")
            if character not in ("\\", ",", "="):
                raise SelectorError(
                    f"invalid field selector: invalid escape sequence: \\{character}"
                )
        plain += character
    return plain


def _escape(value: str) -> str:
    return re.sub(r"[\\,=]", r"\\\g<0>", value)
