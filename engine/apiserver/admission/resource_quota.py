"""ResourceQuota: a namespace takes no more than it is given.

Source: k8s.io/apiserver pkg/admission/plugin/resourcequota/{admission,controller}.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.apiserver.admission.amounts import Amounts, add, amounts, masked, spelled, subtract
from engine.apiserver.admission.contract import CREATE, UPDATE, Attributes, Plugin
from engine.apiserver.admission.objects import spec_of
from engine.apiserver.admission.quota.contract import Evaluator
from engine.apiserver.admission.quota.registry import evaluator_of
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of

QUOTAS = ("", "resourcequotas")


class ResourceQuota(Plugin):
    """Refuses what would exceed a quota."""

    name = "ResourceQuota"

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """Measure the object against the quotas of its namespace."""
        charged(attributes, obj, before)


def charged(attributes: Attributes, obj: Object, before: Object | None) -> list[Object]:
    """The quotas whose `status.used` a write changes, as it leaves them; RefusedError if one is
    exceeded. The server writes them before the object itself."""
    write = attributes.write
    about = write.resource
    namespace_itself = attributes.operation == CREATE and (about.group, about.name) == (
        "",
        "namespaces",
    )
    if not write.namespace or namespace_itself:
        return []
    evaluator = evaluator_of(about.group, about.name)
    if evaluator is None or not evaluator.handles(attributes):
        return []
    quotas = list(attributes.view.objects(*QUOTAS, write.namespace))
    pertinent = [one for one in quotas if _pertains(attributes, evaluator, one, obj)]
    if not pertinent:
        return []
    usage = evaluator.usage(obj, write.now_seconds)
    _check_sign(attributes, obj, usage)
    delta = usage
    if attributes.operation == UPDATE and before is not None:
        delta = subtract(usage, evaluator.usage(before, write.now_seconds))
    found = (
        _charge(attributes, quota, obj, delta if _counted(evaluator, quota, before) else usage)
        for quota in pertinent
    )
    return [quota for quota in found if quota is not None]


def _pertains(attributes: Attributes, evaluator: Evaluator, quota: Object, obj: Object) -> bool:
    """Whether the quota is about the object; refused if it cannot be kept account of."""
    if not _matches(evaluator, quota, obj):
        return False
    status, name = quota.get("status") or {}, metadata_of(quota).get("name", "")
    names = evaluator.names(list(status.get("hard") or ()))
    problem = evaluator.constraints(names, obj)
    if problem:
        raise forbidden(attributes, obj, f"failed quota: {name}: {problem}")
    used = status.get("used") or {}
    if any(one not in used for one in names):
        why = f"status unknown for quota: {name}, resources: {','.join(sorted(names))}"
        raise forbidden(attributes, obj, why)
    return True


def _matches(evaluator: Evaluator, quota: Object, obj: Object) -> bool:
    hard = (quota.get("status") or {}).get("hard") or {}
    return bool(evaluator.names(list(hard))) and all(
        evaluator.in_scope(scope, obj) for scope in _scopes(quota)
    )


def _counted(evaluator: Evaluator, quota: Object, before: Object | None) -> bool:
    """Whether the object counted towards the quota before: then only the difference does now."""
    return before is not None and _matches(evaluator, quota, before)


def _scopes(quota: Object) -> Iterator[Object]:
    spec = spec_of(quota)
    for name in spec.get("scopes") or ():
        yield {"scopeName": name, "operator": "Exists"}
    yield from (spec.get("scopeSelector") or {}).get("matchExpressions") or ()


def _check_sign(attributes: Attributes, obj: Object, usage: Amounts) -> None:
    negative = sorted(name for name, amount in usage.items() if amount.sign < 0)
    if negative:
        why = f"quota usage is negative for resource(s): {','.join(negative)}"
        raise forbidden(attributes, obj, why)


def _charge(attributes: Attributes, quota: Object, obj: Object, usage: Amounts) -> Object | None:
    """The quota with more used; None if it stays as it is. A write of status is never refused."""
    status = quota.get("status") or {}
    hard, used = amounts(status.get("hard")), amounts(status.get("used"))
    requested = {k: v for k, v in masked(usage, hard).items() if v.sign}
    if not requested or metadata_of(quota).get("name") in attributes.write.charged:
        return None
    after = add(used, requested)
    exceeded = [name for name in requested if after[name] > hard[name]]
    if exceeded and attributes.write.subresource != "status":
        why = (
            f"exceeded quota: {metadata_of(quota).get('name', '')}, "
            f"requested: {spelled(masked(requested, exceeded))}, "
            f"used: {spelled(masked(used, exceeded))}, "
            f"limited: {spelled(masked(hard, exceeded))}"
        )
        raise forbidden(attributes, obj, why)
    texts = {name: str(amount) for name, amount in sorted(after.items())}
    return {**quota, "status": {**status, "used": texts}}
