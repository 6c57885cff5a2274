"""Strategies of networks, storage, classes, access and the API server's own kinds.

Source: pkg/registry/{networking,discovery,storage,scheduling,node,flowcontrol,certificates,
resource,admissionregistration,coordination,rbac}/*/strategy.go, pkg/registry/core/{service,
persistentvolume,persistentvolumeclaim}/strategy.go, kube-aggregator
pkg/registry/apiservice/strategy.go, apiextensions-apiserver
pkg/registry/customresourcedefinition/strategy.go, v1.36.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.apiserver.strategy.claims import CLAIM
from engine.apiserver.strategy.contract import Object, Strategy
from engine.apiserver.strategy.generic import declared, fields_changed, grow, take
from engine.apiserver.strategy.services import SERVICE

LOCAL_AVAILABLE = {
    "type": "Available",
    "status": "True",
    "reason": "Local",
    "message": "Local APIServices are always available",
}
"""NewLocalAvailableAPIServiceCondition, kube-aggregator pkg/apis/apiregistration/helpers.go."""

_PLAIN = declared()
_UNCOUNTED = declared(generation=False)
_SPEC_ONLY = declared(has_status=False)
_CLASS = declared(has_status=False, changed=lambda _, __: False)


def _create_slice(obj: Object) -> None:
    obj["metadata"]["generation"] = 1


def _update_slice(new: Object, old: Object) -> None:
    """The generation grows with anything but metadata, and with labels."""
    one, other = (
        {name: value for name, value in obj.items() if name != "metadata"} for obj in (new, old)
    )
    labels = [obj["metadata"].get("labels") or {} for obj in (new, old)]
    if one != other or labels[0] != labels[1]:
        grow(new, old)


def _create_volume(obj: Object) -> None:
    obj["status"] = {"phase": "Pending"}
    if obj["metadata"].get("creationTimestamp"):
        obj["status"]["lastPhaseTransitionTime"] = obj["metadata"]["creationTimestamp"]


def _volume_status_at(new: Object, old: Object, now: str) -> None:
    """The time of a phase, where the writer has not set it."""
    take(new, old, "spec")
    status, before = new.setdefault("status", {}), old.get("status") or {}
    name = "lastPhaseTransitionTime"
    if status.get("phase") == before.get("phase"):
        return
    if status.get(name) in (None, before.get(name)):
        status[name] = now


def _create_api_service(obj: Object) -> None:
    obj["status"] = {}
    if (obj.get("spec") or {}).get("service") is None:
        condition = {**LOCAL_AVAILABLE}
        if obj["metadata"].get("creationTimestamp"):
            condition["lastTransitionTime"] = obj["metadata"]["creationTimestamp"]
        obj["status"]["conditions"] = [condition]


def _store_version(definition: Object) -> None:
    """The version in which objects are stored from now on is among the stored ones."""
    status = definition["status"] = dict(definition.get("status") or {})
    stored = status.get("storedVersions") or []
    for version in (definition.get("spec") or {}).get("versions") or ():
        if version.get("storage"):
            if version.get("name") not in stored:
                status["storedVersions"] = [*stored, version.get("name")]
            return


def _create_definition(obj: Object) -> None:
    _PLAIN.create(obj)
    _store_version(obj)


def _update_definition(new: Object, old: Object) -> None:
    _PLAIN.update(new, old)
    _store_version(new)


def _update_request(new: Object, old: Object) -> None:
    take(new, old, "spec")
    take(new, old, "status")


def _request_status(new: Object, old: Object) -> None:
    """Issuing a certificate does not approve it."""
    take(new, old, "spec")
    _keep_approvals(new, old)


def _keep_approvals(new: Object, old: Object) -> None:
    """Approved and Denied cannot be added or removed by a write of the status."""
    decided = ("Approved", "Denied")
    status = new.setdefault("status", {})
    before = (old.get("status") or {}).get("conditions") or []
    kept: list[Any] = [c for c in status.get("conditions") or [] if c.get("type") not in decided]
    merged = [c for c in before if c.get("type") in decided] + kept
    if merged:
        status["conditions"] = merged


def _approval(new: Object, old: Object) -> None:
    """An approval changes conditions and nothing else."""
    take(new, old, "spec")
    conditions = (new.get("status") or {}).get("conditions")
    new["status"] = dict(old.get("status") or {})
    if conditions:
        new["status"]["conditions"] = conditions


def _device_claim_status(new: Object, old: Object) -> None:
    """Of devices that the claim no longer has, no status is kept (dropDeallocatedStatusDevices)."""
    take(new, old, "spec")
    status = new.setdefault("status", {})
    had, has = (_allocated(obj.get("status") or {}) for obj in (old, new))
    devices = status.pop("devices", None) or []
    if kept := [one for one in devices if _device(one) in has or _device(one) not in had]:
        status["devices"] = kept


def _allocated(status: Object) -> list[tuple[str, ...]]:
    results = ((status.get("allocation") or {}).get("devices") or {}).get("results") or ()
    return [_device(result) for result in results]


def _device(part: Object) -> tuple[str, ...]:
    return tuple(part.get(name, "") for name in ("driver", "pool", "device"))


_VOLUME = Strategy(
    create=_create_volume,
    update=_UNCOUNTED.update,
    subresources=_UNCOUNTED.subresources,
    at={"status": _volume_status_at},
)
_SIGNING_REQUEST = Strategy(
    create=_UNCOUNTED.create,
    update=_update_request,
    subresources={"status": _request_status, "approval": _approval},
)
_WEBHOOKS = declared(has_status=False, changed=fields_changed("webhooks"))

CLUSTER: dict[tuple[str, str], Strategy] = {
    ("v1", "Service"): SERVICE,
    ("v1", "PersistentVolume"): _VOLUME,
    ("v1", "PersistentVolumeClaim"): CLAIM,
    ("networking.k8s.io/v1", "Ingress"): _PLAIN,
    ("networking.k8s.io/v1", "IngressClass"): _SPEC_ONLY,
    ("networking.k8s.io/v1", "NetworkPolicy"): _SPEC_ONLY,
    # Its status is taken as it is sent, by whatever way.
    ("networking.k8s.io/v1", "ServiceCIDR"): Strategy(subresources=_UNCOUNTED.subresources),
    ("discovery.k8s.io/v1", "EndpointSlice"): Strategy(_create_slice, _update_slice),
    ("storage.k8s.io/v1", "CSIDriver"): _SPEC_ONLY,
    ("storage.k8s.io/v1", "VolumeAttachment"): _UNCOUNTED,
    ("resource.k8s.io/v1", "ResourceClaim"): replace(
        _UNCOUNTED, subresources={"status": _device_claim_status}
    ),
    ("resource.k8s.io/v1", "DeviceClass"): _SPEC_ONLY,
    ("scheduling.k8s.io/v1", "PriorityClass"): _CLASS,
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): _PLAIN,
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): _PLAIN,
    ("certificates.k8s.io/v1", "CertificateSigningRequest"): _SIGNING_REQUEST,
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): _PLAIN,
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): _SPEC_ONLY,
    ("apiregistration.k8s.io/v1", "APIService"): replace(_UNCOUNTED, create=_create_api_service),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): replace(
        _PLAIN, create=_create_definition, update=_update_definition
    ),
}
