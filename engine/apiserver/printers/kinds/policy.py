"""Disruption budgets and admission policies: pkg/printers/internalversion/printers.go, v1.36."""

from datetime import datetime
from typing import Any

from engine.apiserver.printers.ages import age
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer, count
from engine.apiserver.printers.fields import (
    amount,
    dig,
    integer,
    mapping,
    maps,
    name,
    text,
    texts,
)

UNSET = "<unset>"


def _budget(budget: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        name(budget),
        _bound(budget, "minAvailable"),
        _bound(budget, "maxUnavailable"),
        integer(budget, "status", "disruptionsAllowed"),
        age(budget, now),
    )


def _bound(budget: Object, field: str) -> str:
    return "N/A" if dig(budget, "spec", field) is None else amount(budget, "spec", field)


def _webhooks(configuration: Object, now: datetime) -> tuple[Cell, ...]:
    return name(configuration), len(maps(configuration, "webhooks")), age(configuration, now)


def _validating_policy(policy: Object, now: datetime) -> tuple[Cell, ...]:
    rules = len(maps(policy, "spec", "validations"))
    return name(policy), rules, _param_kind(policy), age(policy, now)


def _mutating_policy(policy: Object, now: datetime) -> tuple[Cell, ...]:
    rules = len(maps(policy, "spec", "mutations"))
    return name(policy), rules, _param_kind(policy), age(policy, now)


def _param_kind(policy: Object) -> str:
    kind = dig(policy, "spec", "paramKind")
    return UNSET if kind is None else f"{text(kind, 'apiVersion')}/{text(kind, 'kind')}"


def _binding(binding: Object, now: datetime) -> tuple[Cell, ...]:
    parameters = _parameters(dig(binding, "spec", "paramRef"))
    return name(binding), text(binding, "spec", "policyName"), parameters, age(binding, now)


def _parameters(reference: Any) -> str:
    # The API server cannot tell here whether parameters are cluster-scoped: "*" stands for that.
    if text(reference, "name"):
        return f"{text(reference, 'namespace') or '*'}/{text(reference, 'name')}"
    selector = dig(reference, "selector")
    return UNSET if selector is None else _go_selector(selector)


def _go_selector(selector: Any) -> str:
    """The selector as its generated Go String method writes it
    (apimachinery pkg/apis/meta/v1/generated.pb.go, v1.36)."""
    labels = sorted(mapping(selector, "matchLabels").items())
    shown_labels = "".join(f"{key}: {value}," for key, value in labels)
    shown_expressions = "".join(
        f"LabelSelectorRequirement{{Key:{text(expression, 'key')},"
        f"Operator:{text(expression, 'operator')},"
        f"Values:[{' '.join(texts(expression, 'values'))}],}},"
        for expression in maps(selector, "matchExpressions")
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{shown_labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{shown_expressions}}},}}"
    )


GROUP = "admissionregistration.k8s.io"
WEBHOOKS = (NAME, count("Webhooks"), AGE)
BINDING = (NAME, Column("PolicyName"), Column("ParamRef"), AGE)
PRINTERS = (
    Printer(
        "policy",
        "PodDisruptionBudget",
        (
            NAME,
            Column("Min Available"),
            Column("Max Unavailable"),
            count("Allowed Disruptions"),
            AGE,
        ),
        _budget,
    ),
    Printer(GROUP, "ValidatingWebhookConfiguration", WEBHOOKS, _webhooks),
    Printer(GROUP, "MutatingWebhookConfiguration", WEBHOOKS, _webhooks),
    Printer(
        GROUP,
        "ValidatingAdmissionPolicy",
        (NAME, count("Validations"), Column("ParamKind"), AGE),
        _validating_policy,
    ),
    Printer(
        GROUP,
        "MutatingAdmissionPolicy",
        (NAME, count("Mutations"), Column("ParamKind"), AGE),
        _mutating_policy,
    ),
    Printer(GROUP, "ValidatingAdmissionPolicyBinding", BINDING, _binding),
    Printer(GROUP, "MutatingAdmissionPolicyBinding", BINDING, _binding),
)
