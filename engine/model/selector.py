"""Label selectors: which objects a text, a LabelSelector object or a map of labels selects.

    Selector.parse("app in (web,api),!canary").matches({"app": "web"})

After selector.go in staging/src/k8s.io/apimachinery/pkg/labels and helpers.go in
pkg/apis/meta/v1 beside it (v1.36). Field selectors are in field_selector.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.quoting import quote
from engine.model.requirement import Operator, Requirement, SelectorError, require
from engine.model.selector_parser import parse

__all__ = ["Requirement", "Selector", "SelectorError", "format_selector"]

# The operators of a LabelSelector object: pkg/apis/meta/v1/types.go.
_OF_OBJECTS = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.DOES_NOT_EXIST,
}


@dataclass(frozen=True, slots=True)
class Selector:
    """Selects the objects that meet all requirements; `nothing` selects none at all."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    @classmethod
    def parse(cls, text: str) -> "Selector":
        """The selector that a text such as `app=web,tier in (a,b),!canary` spells."""
        return cls.of(parse(text))

    @classmethod
    def from_object(cls, selector: Mapping[str, Any] | None) -> "Selector":
        """The selector that a LabelSelector object is: null selects nothing, an empty one all."""
        if selector is None:
            return cls(nothing=True)
        labels = selector.get("matchLabels") or {}
        requirements = [require(key, Operator.EQUALS, [labels[key]]) for key in sorted(labels)]
        for expression in selector.get("matchExpressions") or ():
            name = expression.get("operator", "")
            if name not in _OF_OBJECTS:
                raise SelectorError(f"{quote(name)} is not a valid label selector operator")
            values = expression.get("values") or None
            requirements.append(require(expression.get("key", ""), _OF_OBJECTS[name], values))
        return cls.of(requirements)

    @classmethod
    def from_map(cls, labels: Mapping[str, str] | None) -> "Selector":
        """All objects with these labels, unchecked, as a Service selects; of none, every object."""
        return cls.of(
            Requirement(key, Operator.EQUALS, (value,)) for key, value in (labels or {}).items()
        )

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> "Selector":
        """The selector with these requirements, which are kept sorted by key."""
        return cls(tuple(sorted(requirements, key=lambda requirement: requirement.key)))

    @property
    def empty(self) -> bool:
        """Whether it selects every object because it requires nothing."""
        return not (self.requirements or self.nothing)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether it selects an object with these labels."""
        return not self.nothing and all(
            requirement.matches(labels) for requirement in self.requirements
        )

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


def format_selector(selector: Mapping[str, Any] | None) -> str:
    """A LabelSelector object as kubectl prints it: FormatLabelSelector."""
    try:
        return str(Selector.from_object(selector)) or "<none>"
    except SelectorError:
        return "<error>"
