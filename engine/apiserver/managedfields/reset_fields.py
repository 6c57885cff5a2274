"""The fields that a write cannot change, so that its manager does not come to own them.

A status is not written through its object, nor the rest through the status. Source: GetResetFields
and GetResetFieldsFilter of pkg/registry/*/*/strategy.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from engine.apiserver.managedfields.fieldset import (
    Node,
    Path,
    from_paths,
    including,
    recursive_difference,
)
from engine.schema.resources import catalog


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps what a write may change: all but `excluded`, or what `included` names only."""

    excluded: Node | None = None
    included: Node | None = None

    def __call__(self, fields: Node) -> Node:
        if self.included is not None:
            return including(fields, self.included)
        return recursive_difference(fields, self.excluded or {})


Filters = Mapping[str, Filter]
"""By API version: fields are named differently in each."""

_STATUS: Path = ("f:status",)
_SPEC: Path = ("f:spec",)
_METADATA: Path = ("f:metadata",)

_EXCLUDED: dict[tuple[str, str, str], tuple[Path, ...]] = {
    ("", "Pod", "status"): (
        _SPEC,
        ("f:metadata", "f:deletionTimestamp"),
        ("f:metadata", "f:ownerReferences"),
    ),
    ("", "Namespace", "finalize"): (_STATUS,),
    ("apps", "Deployment", "status"): (_SPEC, ("f:metadata", "f:labels")),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "status"): (_METADATA, _SPEC),
    ("apiregistration.k8s.io", "APIService", "status"): (_METADATA, _SPEC),
    ("certificates.k8s.io", "CertificateSigningRequest", ""): (_SPEC, _STATUS),
    ("certificates.k8s.io", "CertificateSigningRequest", "status"): (
        _SPEC,
        ("f:status", "f:conditions"),
    ),
    ("certificates.k8s.io", "CertificateSigningRequest", "approval"): (
        _SPEC,
        ("f:status", "f:certificate"),
    ),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema", "status"): (_METADATA, _SPEC),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "status"): (_METADATA, _SPEC),
    ("resource.k8s.io", "ResourceClaim", "status"): (_METADATA, _SPEC),
    ("storage.k8s.io", "VolumeAttachment", "status"): (_METADATA, _SPEC),
}
"""Where it is not the rule: status through the object, spec through the status."""

_RESIZABLE: Node = {"*": {"f:resources": {}, "f:resizePolicy": {}}}

_INCLUDED: dict[tuple[str, str, str], Node] = {
    ("", "Pod", "ephemeralcontainers"): {"f:spec": {"f:ephemeralContainers": {}}},
    ("", "Pod", "resize"): {"f:spec": {"f:containers": _RESIZABLE, "f:initContainers": _RESIZABLE}},
}


@cache
def reset_filters(group: str, kind: str, subresource: str) -> Filters:
    """The filters of writes to Kubernetes' own resources."""
    versions = [
        resource for resource in catalog() if resource.group == group and resource.kind == kind
    ]
    found = {}
    for resource in versions:
        chosen = _filter(group, kind, subresource)
        with_status = any(below.name == "status" for below in resource.subresources)
        if chosen is None and with_status and subresource in ("", "status"):
            chosen = _excluding(_SPEC if subresource else _STATUS)
        if chosen is not None:
            found[resource.api_version] = chosen
    return found


def custom_reset_filters(api_versions: tuple[str, ...], subresource: str) -> Filters:
    """The filters of a custom resource, for those of its versions that have a status subresource.

    Source: k8s.io/apiextensions-apiserver pkg/registry/customresource/{strategy,status_strategy}.go
    (v1.36).
    """
    if subresource not in ("", "status"):
        return {}
    chosen = _excluding(_METADATA, _SPEC) if subresource else _excluding(_STATUS)
    return dict.fromkeys(api_versions, chosen)


def _filter(group: str, kind: str, subresource: str) -> Filter | None:
    key = (group, kind, subresource)
    if key in _INCLUDED:
        return Filter(included=_INCLUDED[key])
    return _excluding(*_EXCLUDED[key]) if key in _EXCLUDED else None


def _excluding(*paths: Path) -> Filter:
    return Filter(excluded=from_paths(*paths))
