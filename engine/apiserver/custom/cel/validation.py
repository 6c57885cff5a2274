"""Which rules hold where in an object, and what they say of it.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema/cel/{validation,compilation}.go, v1.36.
Kubernetes' limits of cost are not modelled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.apiserver.custom.cel.paths import field_path
from engine.apiserver.custom.cel.program import (
    NO_OVERLOAD,
    CelError,
    CompilationError,
    UnsupportedError,
    evaluate,
)
from engine.apiserver.custom.cel.values import aligned, as_seen
from engine.apiserver.custom.correlation import Correlation, item_like
from engine.apiserver.custom.findings import NOWHERE
from engine.apiserver.custom.schema import (
    EMBEDDED,
    VALIDATIONS,
    Schema,
    has,
    items_of,
    mapping,
    mappings,
    others_of,
    properties_of,
)
from engine.apiserver.validation import field as fields
from engine.apiserver.validation.field import OMITTED, FieldError, Path

MESSAGE_BYTES_MAX = 5 * 1024
"""MaxEvaluatedMessageExpressionSizeBytes, k8s.io/apiserver pkg/apis/cel/config.go."""

_LITERALS = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|//[^\n]*")
_OLD_SELF = re.compile(r"(?<![\w.])oldSelf\b")


@dataclass(frozen=True, slots=True)
class Rule:
    """One of x-kubernetes-validations. `reason` is that of the error."""

    text: str
    message: str
    message_expression: str
    reason: str
    path: str
    optional_old: bool
    uses_old: bool

    @property
    def shown(self) -> str:
        """The rule as errors name it."""
        return self.message.strip() or self.text.strip()


@dataclass(frozen=True, slots=True)
class Node:
    """The rules at one place of a schema and below; None stands for a place without any."""

    schema: Schema
    resource: bool
    rules: tuple[Rule, ...] = ()
    all_of: tuple[Node, ...] = ()
    items: Node | None = None
    others: Node | None = None
    properties: Mapping[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ratchet:
    """What a place was before: its own, or else that of the nearest place above that was there."""

    own: Correlation | None = None
    nearest: Correlation | None = None

    def keeps_faults(self) -> bool:
        """Whether nothing changed here, so that what is wrong may stay."""
        known = self.own or self.nearest
        return known is not None and known.unchanged()

    def key(self, name: str) -> Ratchet:
        """The same of a field."""
        if self.own is None:
            return self
        if self.nearest is None and name in ("apiVersion", "kind"):
            return Ratchet()
        return Ratchet(self.own.key(name), self.own)

    def index(self, index: int) -> Ratchet:
        """The same of an item."""
        return self if self.own is None else Ratchet(self.own.index(index), self.own)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one version's schema."""

    root: Node | None

    @property
    def none(self) -> bool:
        """Whether there are no rules."""
        return self.root is None

    def errors(self, new: Any, old: Any) -> list[FieldError]:
        """What the rules say of an object, and of its change where there is an old one."""
        if self.root is None:
            return []
        ratchet = Ratchet() if old is None else Ratchet(Correlation(new, old, self.root.schema))
        return _errors(self.root, new, old, Path(), ratchet)


def rules_of(schema: Schema | None) -> Rules:
    """The rules of a schema."""
    if schema is None or not has(schema, lambda each: bool(each.get(VALIDATIONS))):
        return Rules(None)
    return Rules(_node(schema, schema, resource=True))


def _node(validation: Schema, schema: Schema, *, resource: bool) -> Node | None:
    """The rules of `validation` for the values of `schema`: those in an allOf have no types."""

    def below(one: Schema | None, other: Schema | None) -> Node | None:
        if one is None or other is None:
            return None
        return _node(one, other, resource=other.get(EMBEDDED) is True)

    own, typed = properties_of(validation), properties_of(schema)
    properties = {name: below(mapping(own[name]), mapping(typed[name])) for name in own
                  if name in typed}  # fmt: skip
    every = [_node(each, schema, resource=resource) for each in mappings(validation.get("allOf"))]
    node = Node(
        schema,
        resource,
        tuple(_rule(each, schema) for each in mappings(validation.get(VALIDATIONS))),
        tuple(each for each in every if each is not None),
        below(items_of(validation), items_of(schema)),
        below(others_of(validation), others_of(schema)),
        {name: each for name, each in properties.items() if each is not None},
    )
    empty = not (node.rules or node.all_of or node.items or node.others or node.properties)
    return None if empty else node


def _rule(declared: Mapping[str, Any], schema: Schema) -> Rule:
    text = str(declared.get("rule") or "")
    return Rule(
        text,
        str(declared.get("message") or ""),
        str(declared.get("messageExpression") or ""),
        str(declared.get("reason") or fields.INVALID),
        field_path(str(declared.get("fieldPath") or ""), schema) or "",
        declared.get("optionalOldSelf") is True,
        _OLD_SELF.search(_LITERALS.sub("", text)) is not None,
    )


def _errors(node: Node, value: Any, old: Any, path: Path, ratchet: Ratchet) -> list[FieldError]:
    if value is None:
        return []
    errors = _own_errors(node, value, old, path, ratchet)
    for each in node.all_of:
        errors += _errors(each, value, old, path, Ratchet(nearest=ratchet.nearest))
    if isinstance(value, list) and node.items is not None:
        for i, item in enumerate(value):
            before = item_like(item, old, node.schema)
            errors += _errors(node.items, item, before, path.index(i), ratchet.index(i))
    elif isinstance(value, dict):
        olds = old if isinstance(old, dict) else {}
        if node.others is not None:
            for name, item in value.items():
                at, known = path.key(name), ratchet.key(name)
                errors += _errors(node.others, item, olds.get(name), at, known)
        for name, each in node.properties.items():
            if name in value:
                at, known = path.child(name), ratchet.key(name)
                errors += _errors(each, value[name], olds.get(name), at, known)
    return errors


def _own_errors(node: Node, value: Any, old: Any, path: Path, ratchet: Ratchet) -> list[FieldError]:
    if not node.rules:
        return []
    seen = as_seen(value, node.schema, resource=node.resource)
    before = None
    if old is not None and any(rule.uses_old for rule in node.rules):
        before = as_seen(aligned(old, value, node.schema), node.schema, resource=node.resource)
    kind, errors = str(node.schema.get("type") or ""), []
    for rule in node.rules:
        if not rule.text.strip() or (rule.uses_old and old is None and not rule.optional_old):
            continue
        try:
            if evaluate(rule.text, seen, before, optional=rule.optional_old) is True:
                continue
        except UnsupportedError:
            continue  # the cluster has taken the rule; what cannot be run here refuses nothing
        except CelError as error:
            errors.append(fields.invalid(path or NOWHERE, kind, _failure(error, rule)))
            continue
        if not rule.uses_old and ratchet.keeps_faults():
            continue
        at = path.child(rule.path) if rule.path else path
        shown = OMITTED if kind in ("object", "array") else value
        errors.append(_error(at or NOWHERE, shown, _message(rule, seen, before), rule.reason))
    return errors


def _failure(error: CelError, rule: Rule) -> str:
    if isinstance(error, CompilationError):
        return f"rule compile error: compilation failed: {error}"
    if str(error).startswith(NO_OVERLOAD):
        return (
            f"'{error}': call arguments did not match a supported operator, function or macro "
            f"signature for rule: {rule.shown}"
        )
    return f"{error} evaluating rule: {rule.shown}"


def _message(rule: Rule, seen: Any, before: Any) -> str:
    """What the rule's author says: computed, else fixed, else the rule itself."""
    if rule.message_expression:
        try:
            text = evaluate(rule.message_expression, seen, before, optional=rule.optional_old)
        except CelError:
            text = ""
        if isinstance(text, str):
            text = text.strip()
            if text and "\n" not in text and len(text.encode()) <= MESSAGE_BYTES_MAX:
                return text
    return rule.message.strip() or f"failed rule: {rule.shown}"


def _error(path: Path, value: Any, detail: str, reason: str) -> FieldError:
    if reason == fields.FORBIDDEN:
        return fields.forbidden(path, detail)
    if reason == fields.REQUIRED:
        return fields.required(path, detail)
    if reason == fields.DUPLICATE:
        return fields.duplicate(path, value)
    return fields.invalid(path, value, detail)
