"""What measures how much an object takes of a quota.

Source: k8s.io/apiserver pkg/quota/v1/interfaces.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from engine.apiserver.admission.amounts import Amounts
from engine.apiserver.admission.contract import Attributes
from engine.apiserver.verbs.contract import Object
from engine.model.quantity import Quantity

ONE = Quantity(1)


class Evaluator(Protocol):
    """Measures the objects of one resource."""

    def handles(self, attributes: Attributes) -> bool:
        """Whether such a write can change what is used."""

    def names(self, hard: Collection[str]) -> list[str]:
        """Those of a quota's resources that this measures (MatchingResources)."""

    def in_scope(self, scope: Object, obj: Object) -> bool:
        """Whether an object is of a quota's scope, a ScopedResourceSelectorRequirement."""
        return False

    def constraints(self, required: Collection[str], obj: Object) -> str:
        """Why a quota cannot be kept account of with this object; empty if it can."""
        return ""

    def usage(self, obj: Object, now_seconds: int) -> Amounts:
        """What the object takes."""


def selects(scope: Object, value: str | None) -> bool:
    """Whether a scope's operator and values select what has this value, or none
    (ScopedResourceSelectorRequirementsAsSelector, pkg/apis/core/v1/helper/helpers.go)."""
    operator, values = scope.get("operator"), scope.get("values") or ()
    if operator == "In":
        return value is not None and value in values
    if operator == "NotIn":
        return value is None or value not in values
    return (value is None) == (operator == "DoesNotExist")
