"""The constraints of LimitRanges, and how they say that they are broken.

Source: plugin/pkg/admission/limitranger/admission.go (minConstraint, maxRequestConstraint,
maxConstraint, limitRequestRatioConstraint), v1.36.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.apiserver.admission.amounts import Amounts
from engine.model.quantity import Quantity

Constraint = Callable[[str, str, Quantity, Amounts, Amounts], str | None]
"""(type of the limit, resource, what is enforced, requests, limits) -> what is wrong."""

MILLI_MAX = (2**63 - 1) // 1000
"""resource.MaxMilliValue (k8s.io/apimachinery pkg/api/resource/quantity.go)."""


def minimum(
    kind: str, name: str, enforced: Quantity, requests: Amounts, limits: Amounts
) -> str | None:
    """Nothing less than this."""
    request, limit = requests.get(name), limits.get(name)
    asked, allowed, least = _comparable(request, limit, enforced)
    begin = f"minimum {name} usage per {kind} is {enforced}"
    if request is None:
        return f"{begin}.  No request is specified"
    if asked < least:
        return f"{begin}, but request is {request}"
    if limit is not None and allowed < least:
        return f"{begin}, but limit is {limit}"
    return None


def maximum(
    kind: str, name: str, enforced: Quantity, requests: Amounts, limits: Amounts
) -> str | None:
    """No more than this, and a limit that says so."""
    request, limit = requests.get(name), limits.get(name)
    asked, allowed, most = _comparable(request, limit, enforced)
    begin = f"maximum {name} usage per {kind} is {enforced}"
    if limit is None:
        return f"{begin}.  No limit is specified"
    if allowed > most:
        return f"{begin}, but limit is {limit}"
    if request is not None and asked > most:
        return f"{begin}, but request is {request}"
    return None


def maximum_request(
    kind: str, name: str, enforced: Quantity, requests: Amounts, limits: Amounts
) -> str | None:
    """No more than this is asked for."""
    request = requests.get(name)
    asked, _, most = _comparable(request, None, enforced)
    begin = f"maximum {name} usage per {kind} is {enforced}"
    if request is None:
        return f"{begin}.  No request is specified"
    return f"{begin}, but request is {request}" if asked > most else None


def ratio(
    kind: str, name: str, enforced: Quantity, requests: Amounts, limits: Amounts
) -> str | None:
    """A limit is at most so many times the request."""
    request, limit = requests.get(name), limits.get(name)
    asked, allowed, _ = _comparable(request, limit, enforced)
    begin = f"{name} max limit to request ratio per {kind} is {enforced}"
    if request is None or asked == 0:
        return f"{begin}, but no request is specified or request is 0"
    if limit is None or allowed == 0:
        return f"{begin}, but no limit is specified or limit is 0"
    shown = found = allowed / asked
    most = float(enforced.value())
    if enforced.value() <= MILLI_MAX:
        found, most = found * 1000, float(enforced.milli_value())
    return f"{begin}, but provided ratio is {shown:f}" if found > most else None


def _comparable(*quantities: Quantity | None) -> list[int]:
    """In thousandths where all of them fit, else in whole units (requestLimitEnforcedValues)."""
    given = [quantity or Quantity() for quantity in quantities]
    whole = [quantity.value() for quantity in given]
    if all(value <= MILLI_MAX for value in whole):
        return [quantity.milli_value() for quantity in given]
    return whole
