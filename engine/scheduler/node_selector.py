"""Which nodes a pod or a volume wants: node selectors, required and preferred terms.

After staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go (v1.36).
A term that cannot be read matches no node; preferred ones that cannot be read are an error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.model.quoting import quote, to_json
from engine.model.requirement import Operator, Requirement, requirement_problems
from engine.model.selector import Selector
from engine.scheduler.reading import (
    Object,
    integer,
    mapping,
    mappings,
    strings,
    text,
    texts_by_name,
)

_OPERATORS = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.DOES_NOT_EXIST,
    "Gt": Operator.GREATER_THAN,
    "Lt": Operator.LESS_THAN,
}
_FIELD_OPERATORS = ("In", "NotIn")

# The only field of nodes that can be selected by.
NAME_FIELD = "metadata.name"


@dataclass(frozen=True, slots=True)
class _FieldRequirement:
    key: str
    equal: bool
    value: str

    def matches(self, name: str) -> bool:
        return ((name if self.key == NAME_FIELD else "") == self.value) is self.equal


@dataclass(frozen=True, slots=True)
class Term:
    """What a node must be, all of it; `problems` is why the term cannot be read."""

    labels: tuple[Requirement, ...] = ()
    fields: tuple[_FieldRequirement, ...] = ()
    problems: tuple[str, ...] = ()
    weight: int = 0

    def matches(self, labels: Mapping[str, str], name: str) -> bool:
        """Whether a node matches; one without a name meets all requirements of fields."""
        if self.problems:
            return False
        return all(each.matches(labels) for each in self.labels) and (
            not name or all(each.matches(name) for each in self.fields)
        )


@dataclass(frozen=True, slots=True)
class NodeSelector:
    """Terms of which a node must match one."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, selector: Object) -> "NodeSelector":
        """A v1.NodeSelector, read. Empty terms match nothing and are left out."""
        terms = mappings(selector, "nodeSelectorTerms")
        return cls(
            tuple(
                _read(term, f"nodeSelectorTerms[{index}].")
                for index, term in enumerate(terms)
                if not _is_empty(term)
            )
        )

    def matches(self, labels: Mapping[str, str], name: str) -> bool:
        """Whether a node matches any term."""
        return any(term.matches(labels, name) for term in self.terms)


@dataclass(frozen=True, slots=True)
class RequiredNodeAffinity:
    """A pod's nodeSelector and its required node affinity: both must match."""

    labels: Selector | None
    selector: NodeSelector | None

    @classmethod
    def of(cls, spec: Object) -> "RequiredNodeAffinity":
        """What a pod's spec requires of nodes."""
        labels = texts_by_name(spec, "nodeSelector")
        required = required_terms(spec)
        return cls(
            Selector.from_map(labels) if labels else None,
            NodeSelector.of(required) if required is not None else None,
        )

    def matches(self, labels: Mapping[str, str], name: str) -> bool:
        """Whether a node is what the pod requires."""
        if self.labels is not None and not self.labels.matches(labels):
            return False
        return self.selector is None or self.selector.matches(labels, name)


def required_terms(spec: Object) -> Object | None:
    """The NodeSelector in a pod's required node affinity, None if there is none."""
    affinity = mapping(spec, "affinity", "nodeAffinity")
    name = "requiredDuringSchedulingIgnoredDuringExecution"
    return mapping(affinity, name) if affinity.get(name) is not None else None


@dataclass(frozen=True, slots=True)
class PreferredTerms:
    """Terms with weights."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, terms: Sequence[Object]) -> "tuple[PreferredTerms, str]":
        """(the terms, what is wrong with them or nothing)."""
        read = [
            _read(mapping(term, "preference"), f"[{index}].", weight=integer(term, "weight"))
            for index, term in enumerate(terms)
            if integer(term, "weight") and not _is_empty(mapping(term, "preference"))
        ]
        problems = [problem for term in read for problem in term.problems]
        return cls(tuple(read)), aggregate(problems)

    def score(self, labels: Mapping[str, str], name: str) -> int:
        """The weights of the terms that a node matches."""
        return sum(term.weight for term in self.terms if term.matches(labels, name))


def aggregate(problems: Iterable[str]) -> str:
    """Several errors in one line, each once, as Kubernetes' Aggregate prints them."""
    different = list(dict.fromkeys(problems))
    return different[0] if len(different) == 1 else f"[{', '.join(different)}]" if different else ""


def _is_empty(term: Object) -> bool:
    return not mappings(term, "matchExpressions") and not mappings(term, "matchFields")


def _read(term: Object, path: str, weight: int = 0) -> Term:
    problems: list[str] = []
    labels: list[Requirement] = []
    fields: list[_FieldRequirement] = []
    for index, expression in enumerate(mappings(term, "matchExpressions")):
        place = f"{path}matchExpressions[{index}]."
        operator = _OPERATORS.get(name := text(expression, "operator"))
        key, values = text(expression, "key"), strings(expression, "values")
        if operator is None:
            problems.append(_not_supported(place, name, tuple(_OPERATORS)))
        elif found := requirement_problems(key, operator, values or None, place):
            problems += found
        else:
            labels.append(Requirement(key, operator, tuple(values)))
    for index, expression in enumerate(mappings(term, "matchFields")):
        place = f"{path}matchFields[{index}]."
        name, values = text(expression, "operator"), strings(expression, "values")
        if name not in _FIELD_OPERATORS:
            problems.append(_not_supported(place, name, _FIELD_OPERATORS))
        elif len(values) != 1:
            problems.append(
                f"{place}values: Invalid value: {to_json(values or None)}: must have one element"
            )
        else:
            fields.append(_FieldRequirement(text(expression, "key"), name == "In", values[0]))
    return Term(tuple(labels), tuple(fields), tuple(problems), weight)


def _not_supported(place: str, value: str, supported: Sequence[str]) -> str:
    known = ", ".join(quote(each) for each in supported)
    return f"{place}operator: Unsupported value: {quote(value)}: supported values: {known}"
