"""LimitRanger: containers and claims stay within what their namespace's LimitRanges allow.

Source: plugin/pkg/admission/limitranger/admission.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.apiserver.admission.amounts import (
    LIMITS,
    REQUESTS,
    Amounts,
    amounts,
    container_amounts,
    pod_amounts,
)
from engine.apiserver.admission.contract import PODS, UPDATE, Attributes, Plugin
from engine.apiserver.admission.limits import Constraint, maximum, maximum_request, minimum, ratio
from engine.apiserver.admission.objects import annotations_of, containers_of, spec_of, with_spec
from engine.apiserver.admission.refusal import aggregate, forbidden
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of, with_metadata

LIMIT_RANGES = ("", "limitranges")
CLAIMS = ("", "persistentvolumeclaims")
ANNOTATION = "kubernetes.io/limit-ranger"
KINDS = {"containers": "container", "initContainers": "init container"}

OF_CONTAINERS: dict[str, Constraint] = {
    "min": minimum,
    "max": maximum,
    "maxLimitRequestRatio": ratio,
}
OF_CLAIMS: dict[str, Constraint] = {"min": minimum, "max": maximum_request}


class LimitRanger(Plugin):
    """Fills in requests and limits, and refuses those out of range."""

    name = "LimitRanger"
    resources = (PODS, CLAIMS)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The pod with the defaults of the namespace's LimitRanges."""
        if attributes.write.resource.name != "pods":
            return obj
        for limit_range in _asked(attributes, before):
            obj = _with_defaults(obj, limit_range)
        return obj

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """Refuse what is out of range of any LimitRange."""
        check = _of_pod if attributes.write.resource.name == "pods" else _of_claim
        for limit_range in _asked(attributes, before):
            problems = [
                problem for limit in _limits(limit_range) for problem in check(limit, spec_of(obj))
            ]
            if problems:
                raise forbidden(attributes, obj, aggregate(problems))


def _asked(attributes: Attributes, before: Object | None) -> Iterator[Object]:
    """The LimitRanges that a write has to do with (SupportsAttributes).

    An update of a pod changes no resources, but for a resize; and what goes is left alone.
    """
    write = attributes.write
    if write.subresource not in ("", "resize"):
        return
    pods = write.resource.name == "pods"
    if pods and attributes.operation == UPDATE and write.subresource != "resize":
        return
    if before is not None and metadata_of(before).get("deletionTimestamp"):
        return
    yield from attributes.view.objects(*LIMIT_RANGES, write.namespace)


def _limits(limit_range: Object) -> list[Object]:
    return [limit for limit in spec_of(limit_range).get("limits") or () if isinstance(limit, dict)]


def _with_defaults(pod: Object, limit_range: Object) -> Object:
    """mergePodResourceRequirements; an annotation tells what was filled in."""
    default: Amounts = {}
    request: Amounts = {}
    for limit in _limits(limit_range):
        if limit.get("type") == "Container":
            default.update(amounts(limit.get("default")))
            request.update(amounts(limit.get("defaultRequest")))
    if not default and not request:
        return pod
    spec, sentences = spec_of(pod), list[str]()
    fields = {
        field: [_filled(one, kind, request, default, sentences) for one in spec[field]]
        for field, kind in KINDS.items()
        if spec.get(field)
    }
    if not sentences:
        return pod
    text = f"LimitRanger plugin set: {'; '.join(sentences)}"
    metadata = {**metadata_of(pod), "annotations": {**annotations_of(pod), ANNOTATION: text}}
    return with_spec(with_metadata(pod, metadata), **fields)


def _filled(
    container: Object, kind: str, request: Amounts, default: Amounts, told: list[str]
) -> Object:
    """mergeContainerResources; `told` gets a sentence for what was filled in."""
    resources = dict(container.get("resources") or {})
    for name, missing in ((REQUESTS, request), (LIMITS, default)):
        own = resources.get(name) or {}
        added = {k: str(v) for k, v in missing.items() if k not in own}
        if added:
            resources[name] = {**own, **added}
            what = f"{', '.join(sorted(added))} {name[:-1]}"
            told.append(f"{what} for {kind} {container.get('name', '')}")
    return {**container, "resources": resources}


def _of_pod(limit: Object, spec: Object) -> Iterator[str]:
    if limit.get("type") == "Container":
        for container in containers_of(spec, "containers", "initContainers"):
            requests = container_amounts(container, REQUESTS)
            limits = container_amounts(container, LIMITS)
            yield from _broken(limit, OF_CONTAINERS, requests, limits)
    elif limit.get("type") == "Pod":
        requests, limits = pod_amounts(spec, REQUESTS), pod_amounts(spec, LIMITS)
        yield from _broken(limit, OF_CONTAINERS, requests, limits)


def _of_claim(limit: Object, spec: Object) -> Iterator[str]:
    if limit.get("type") == "PersistentVolumeClaim":
        yield from _broken(limit, OF_CLAIMS, container_amounts(spec, REQUESTS), {})


def _broken(
    limit: Object, constraints: dict[str, Constraint], requests: Amounts, limits: Amounts
) -> Iterator[str]:
    """The constraints that are broken. Kubernetes goes through them in any order."""
    for field, constraint in constraints.items():
        for name, enforced in sorted(amounts(limit.get(field)).items()):
            problem = constraint(str(limit["type"]), name, enforced, requests, limits)
            if problem:
                yield problem
