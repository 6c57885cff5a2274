"""Evicting a pod, if its disruption budget allows.

Source: pkg/registry/core/pod/storage/eviction.go, v1.36. What the server retries there after
conflicts cannot happen here: writes are made one after the other.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from msgspec import structs

from engine.apiserver import pods
from engine.apiserver.admission.contract import Attributes
from engine.apiserver.server import answers, budgets, delete_options, deleting
from engine.apiserver.server.answers import Answer
from engine.apiserver.server.backing import Backing
from engine.apiserver.server.delete_options import DeleteOptions
from engine.apiserver.typed_form import DecodeError, typed_form
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.metadata import metadata_of

KIND = {"apiVersion": "policy/v1", "kind": "Eviction"}


def evict(backing: Backing, write: Write) -> Answer:
    """Delete a pod, unless that would break its budget: 429."""
    eviction = _decoded(write.body)
    if metadata_of(eviction).get("name", "") != write.name:
        raise status.bad_request("name in URL does not match name in Eviction object")
    options = delete_options.read(eviction.get("deleteOptions"))
    if write.dry_run:
        options = replace(options, dry_run=True)
    attributes = Attributes("CREATE", write, backing.view, backing.choices)
    backing.chain.validate(attributes, backing.chain.admit(attributes, eviction, None), None)
    stored = backing.stored(write.resource, write.namespace, write.name)
    if stored is None:
        raise status.not_found(write.resource, write.name)
    if not _is_disrupted_already(stored.object):
        budgets.spend(backing, write, stored.object, dry_run=options.dry_run)
    _mark_and_delete(backing, write, stored.object, options)
    return answers.success(HTTPStatus.CREATED)


def _decoded(body: object) -> Object:
    if not isinstance(body, dict):
        raise status.bad_request("the object provided is no Eviction")
    version = "policy/v1beta1" if body.get("apiVersion") == "policy/v1beta1" else "policy/v1"
    try:
        return typed_form({**body, **KIND})
    except DecodeError as error:
        raise status.bad_request(
            f'Eviction in version "{version.rpartition("/")[2]}" cannot be handled as a Eviction: '
            f"{error}"
        ) from None


def _is_disrupted_already(pod: Object) -> bool:
    """Whether no budget counts the pod (canIgnorePDB)."""
    phase = (pod.get("status") or {}).get("phase")
    going = bool(metadata_of(pod).get("deletionTimestamp"))
    return going or phase in ("Succeeded", "Failed", "Pending")


def _mark_and_delete(backing: Backing, write: Write, pod: Object, options: DeleteOptions) -> None:
    """The condition that tells who evicted the pod, then its deletion (addConditionAndDeletePod).

    A precondition on the revision holds for the pod before the condition.
    """
    delete_options.check(options, write.resource, pod)
    if not options.dry_run:
        before = pod.get("status") or {}
        conditions = pods.with_condition(
            before.get("conditions") or (), pods.EVICTED_BY_API, write.now_seconds
        )
        marked = {**pod, "status": {**before, "conditions": conditions}}
        pod = backing.store.update(backing.key_of(write.resource, pod), marked).object
    options = replace(options, resource_version=None)
    write = structs.replace(write, verb="delete", subresource="", body=None)
    deleting.deleted(backing, write, pod, options, backing.rules(write.resource))
