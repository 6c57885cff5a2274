"""One requirement of a label selector: which key, how compared, with which values.

After Requirement in staging/src/k8s.io/apimachinery/pkg/labels/selector.go (v1.36).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import KubeRewindError
from engine.model import int64
from engine.model.naming import label_key_problems, label_value_problems
from engine.model.quoting import quote, to_json

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)


class SelectorError(KubeRewindError):
    """A selector that Kubernetes refuses; the messages are its own."""


class Operator(StrEnum):
    """How a requirement compares; the values are Kubernetes' (pkg/selection/operator.go)."""

    IN = "in"
    NOT_IN = "notin"
    EQUALS = "="
    DOUBLE_EQUALS = "=="
    NOT_EQUALS = "!="
    GREATER_THAN = "gt"
    LESS_THAN = "lt"
    EXISTS = "exists"
    DOES_NOT_EXIST = "!"


_WRITTEN = {
    Operator.IN: " in ",
    Operator.NOT_IN: " notin ",
    Operator.GREATER_THAN: ">",
    Operator.LESS_THAN: "<",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one label must be. Made by `require`, which checks it."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels meets it."""
        value = labels.get(self.key)
        match self.operator:
            case Operator.EXISTS:
                return value is not None
            case Operator.DOES_NOT_EXIST:
                return value is None
            case Operator.NOT_IN | Operator.NOT_EQUALS:
                return value is None or value not in self.values
            case Operator.GREATER_THAN | Operator.LESS_THAN:
                return value is not None and self._compares(value)
        return value is not None and value in self.values

    def _compares(self, value: str) -> bool:
        number, bound = parse_int64(value), parse_int64(self.values[0])
        if number is None or bound is None:
            return False
        return number > bound if self.operator is Operator.GREATER_THAN else number < bound

    def __str__(self) -> str:
        if self.operator is Operator.EXISTS:
            return self.key
        if self.operator is Operator.DOES_NOT_EXIST:
            return f"!{self.key}"
        values = ",".join(sorted(self.values))
        if self.operator in (Operator.IN, Operator.NOT_IN):
            values = f"({values})"
        return f"{self.key}{_WRITTEN.get(self.operator, self.operator)}{values}"


def require(key: str, operator: Operator, values: Sequence[str] | None) -> Requirement:
    """The requirement, else SelectorError with all that is wrong with it: NewRequirement."""
    if problems := requirement_problems(key, operator, values):
        raise SelectorError(_aggregate(problems))
    return Requirement(key, operator, tuple(values or ()))


def requirement_problems(
    key: str, operator: Operator, values: Sequence[str] | None, path: str = ""
) -> list[str]:
    """All that is wrong with a requirement, each with its place below the path (`spec.`)."""
    problems = []
    if found := label_key_problems(key):
        problems.append(f"{path}key: Invalid value: {quote(key)}: {'; '.join(found)}")
    problems += [path + each for each in _wrong_number_of(values, operator)]
    for index, value in enumerate(values or ()):
        if operator in (Operator.GREATER_THAN, Operator.LESS_THAN) and parse_int64(value) is None:
            problems.append(
                f"{path}values[{index}]: Invalid value: {quote(value)}: "
                "for 'Gt', 'Lt' operators, the value must be an integer"
            )
    for index, value in enumerate(values or ()):
        if found := label_value_problems(value):
            where = f"{path}values[{index}][{key}]"
            problems.append(f"{where}: Invalid value: {quote(value)}: {'; '.join(found)}")
    return problems


def parse_int64(text: str) -> int | None:
    """The decimal int64 that the text spells (strconv.ParseInt), else None."""
    number = int(text) if _INTEGER.fullmatch(text) else None
    return number if number is not None and int64.fits(number) else None


def _wrong_number_of(values: Sequence[str] | None, operator: Operator) -> list[str]:
    count = len(values or ())
    match operator:
        case Operator.IN | Operator.NOT_IN:
            right = count > 0
            rule = "for 'in', 'notin' operators, values set can't be empty"
        case Operator.EXISTS | Operator.DOES_NOT_EXIST:
            right = count == 0
            rule = "values set must be empty for exists and does not exist"
        case Operator.GREATER_THAN | Operator.LESS_THAN:
            right = count == 1
            rule = "for 'Gt', 'Lt' operators, exactly one value is required"
        case _:
            right = count == 1
            rule = "exact-match compatibility requires one single value"
    return [] if right else [f"values: Invalid value: {to_json(values)}: {rule}"]


def _aggregate(problems: Sequence[str]) -> str:
    """One message of several, each once: utilerrors.Aggregate."""
    different = list(dict.fromkeys(problems))
    return different[0] if len(different) == 1 else f"[{', '.join(different)}]"
