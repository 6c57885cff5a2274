"""What a kind offers to validation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.apiserver.validation.field import FieldError

Object = Mapping[str, Any]
Create = Callable[[Object], list[FieldError]]
Update = Callable[[Object, Object], list[FieldError]]


@dataclass(frozen=True, slots=True)
class Rules:
    """How one kind is validated, as its strategy in pkg/registry does it (v1.36).

    `create(object)` and `update(new, old)` are the strategy's Validate and ValidateUpdate: they
    call validate_object_meta with the kind's own rule for names. `subresources` are those whose
    updates are validated otherwise (`status`, `ephemeralcontainers`, …). What all kinds have in
    common is added by validate.py.
    """

    create: Create
    update: Update
    namespaced: bool = True
    subresources: Mapping[str, Update] = field(default_factory=dict)
