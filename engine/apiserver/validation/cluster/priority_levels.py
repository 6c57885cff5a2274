"""PriorityLevelConfigurations: how much of the server the requests of a priority may have.

After pkg/apis/flowcontrol/validation/validation.go and staging/src/k8s.io/apiserver/pkg/
{apis/flowcontrol/bootstrap/default.go, util/shufflesharding/shufflesharding.go} (v1.36).
"""

import math
from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.cluster.flows import validate_flow_status
from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.metadata import METADATA, validate_object_meta
from engine.apiserver.validation.names import name_is_dns_subdomain

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_SPEC_TYPE = "io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec"
_KEEPS_ZERO = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares"
_EXEMPT = "exempt"
_QUEUES_MAX = 10_000_000
_HASH_BITS_MAX = 60
_NOT_NEGATIVE = "must be a non-negative integer"

_CATCH_ALL: Spec = {
    "type": "Limited",
    "limited": {
        "nominalConcurrencyShares": 5,
        "limitResponse": {"type": "Reject"},
        "lendablePercent": 0,
    },
}
"""The spec of the level `catch-all`, which nobody may change."""


def validate_priority_level_create(level: Object) -> list[FieldError]:
    metadata, spec = level["metadata"], level.get("spec") or {}
    name = metadata.get("name", "")
    errors = validate_object_meta(metadata, False, name_is_dns_subdomain)
    if _KEEPS_ZERO in (metadata.get("annotations") or {}):
        explanation = f"annotation '{_KEEPS_ZERO}' is forbidden"
        errors.append(forbidden(METADATA.child("annotations"), explanation))
    errors += _validate_spec(name, spec)
    errors += _validate_fixed(name, spec)
    return errors + validate_flow_status(level)


def validate_priority_level_update(new: Object, old: Object) -> list[FieldError]:
    return validate_priority_level_create(new)


def _validate_fixed(name: str, spec: Spec) -> list[FieldError]:
    """Of the level `exempt` only what is exempt may be changed."""
    if name == _EXEMPT and {key: spec[key] for key in spec if key != _EXEMPT} != {"type": "Exempt"}:
        explanation = f"spec of '{name}' except the 'spec.exempt' field must equal the fixed value"
    elif name == "catch-all" and spec != _CATCH_ALL:
        explanation = f"spec of '{name}' must equal the fixed value"
    else:
        return []
    return [invalid(_SPEC, internal_form(_SPEC_TYPE, spec), explanation)]


def _validate_spec(name: str, spec: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    kind, exempt, limited = spec.get("type", ""), spec.get(_EXEMPT), spec.get("limited")
    if (name == _EXEMPT) != (kind == "Exempt"):
        explanation = "type must be 'Exempt' if and only if name is 'exempt'"
        errors.append(invalid(_SPEC.child("type"), kind, explanation))
    limited_path = _SPEC.child("limited")
    if kind == "Exempt":
        if limited is not None:
            errors.append(forbidden(limited_path, "must be nil if the type is not Limited"))
        return errors + _validate_shares(exempt or {}, _SPEC.child(_EXEMPT))
    if kind != "Limited":
        return [*errors, not_supported(_SPEC.child("type"), kind, ("Exempt", "Limited"))]
    if exempt is not None:
        errors.append(forbidden(_SPEC.child(_EXEMPT), "must be nil if the type is Limited"))
    if limited is None:
        return [*errors, required(limited_path, "must not be empty when type is Limited")]
    return errors + _validate_limited(limited, limited_path)


def _validate_shares(shares: Spec, path: Path) -> list[FieldError]:
    return _validate_nominal(shares, path) + _validate_lendable(shares, path)


def _validate_nominal(shares: Spec, path: Path) -> list[FieldError]:
    nominal = shares.get("nominalConcurrencyShares") or 0
    nominal_path = path.child("nominalConcurrencyShares")
    return [invalid(nominal_path, nominal, _NOT_NEGATIVE)] if nominal < 0 else []


def _validate_lendable(shares: Spec, path: Path) -> list[FieldError]:
    percent = shares.get("lendablePercent") or 0
    explanation = "must be between 0 and 100, inclusive"
    outside = not 0 <= percent <= 100
    return [invalid(path.child("lendablePercent"), percent, explanation)] if outside else []


def _validate_limited(limited: Spec, path: Path) -> list[FieldError]:
    errors = _validate_nominal(limited, path)
    errors += _validate_response(limited.get("limitResponse") or {}, path.child("limitResponse"))
    errors += _validate_lendable(limited, path)
    borrowing = limited.get("borrowingLimitPercent") or 0
    if borrowing < 0:
        explanation = f"if specified, {_NOT_NEGATIVE}"
        errors.append(invalid(path.child("borrowingLimitPercent"), borrowing, explanation))
    return errors


def _validate_response(response: Spec, path: Path) -> list[FieldError]:
    kind, queuing, queuing_path = (
        response.get("type"),
        response.get("queuing"),
        path.child("queuing"),
    )
    if kind == "Reject":
        explanation = "must be nil if limited.limitResponse.type is not Limited"
        return [] if queuing is None else [forbidden(queuing_path, explanation)]
    if kind != "Queue":
        return [not_supported(path.child("type"), kind or "", ("Queue", "Reject"))]
    if queuing is None:
        explanation = "must not be empty if limited.limitResponse.type is Limited"
        return [required(queuing_path, explanation)]
    return _validate_queuing(queuing, queuing_path)


def _validate_queuing(queuing: Spec, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    length, queues = queuing.get("queueLengthLimit", 0), queuing.get("queues", 0)
    if length <= 0:
        errors.append(invalid(path.child("queueLengthLimit"), length, "must be positive"))
    if queues <= 0:
        errors.append(invalid(path.child("queues"), queues, "must be positive"))
    elif queues > _QUEUES_MAX:
        explanation = f"must not be greater than {_QUEUES_MAX}"
        errors.append(invalid(path.child("queues"), queues, explanation))
    hand = queuing.get("handSize", 0)
    if problem := _hand_problem(hand, queues):
        errors.append(invalid(path.child("handSize"), hand, problem))
    return errors


def _hand_problem(hand: int, queues: int) -> str:
    """Whether so many queues can be dealt, of so many, by one hash."""
    if hand <= 0:
        return "must be positive"
    if hand > queues:
        return f"should not be greater than queues ({queues})"
    if math.ceil(math.log2(queues) * hand) > _HASH_BITS_MAX:
        return (
            f"required entropy bits of deckSize {queues} and handSize {hand} should not be "
            f"greater than {_HASH_BITS_MAX}"
        )
    return ""
