"""Binding a pod to a node.

Source: pkg/registry/core/pod/storage/storage.go (BindingREST, setPodNodeAndMetadata), v1.36.
"""

from __future__ import annotations

from http import HTTPStatus

from engine.apiserver import pods
from engine.apiserver.admission.contract import Attributes
from engine.apiserver.server import answers
from engine.apiserver.server.answers import Answer
from engine.apiserver.server.backing import Backing
from engine.apiserver.typed_form import DecodeError, typed_form
from engine.apiserver.validation.pods.binding import validate_binding
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.preconditions import invalid_object
from engine.apiserver.verbs.status import RefusedError


def bind(backing: Backing, write: Write) -> Answer:
    """Give a pod the node that the Binding in the body names."""
    binding = _decoded(write.body)
    if metadata_of(binding).get("name", "") not in ("", write.name):
        raise status.bad_request("name in URL does not match name in Binding object")
    attributes = Attributes("CREATE", write, backing.view, backing.choices)
    binding = backing.chain.admit(attributes, binding, None)
    backing.chain.validate(attributes, binding, None)
    errors = validate_binding(binding)
    if errors:
        raise status.internal(_aggregate([str(error) for error in errors]))
    stored = backing.stored(write.resource, write.namespace, write.name)
    if stored is None:
        raise status.not_found(write.resource, write.name)
    _check(write, stored.object, metadata_of(binding))
    node = binding["target"]["name"]
    known = backing.view.get("", "nodes", "", node)
    labels = None if known is None else metadata_of(known).get("labels") or {}
    given = metadata_of(binding)
    pod = pods.bind(stored.object, node, given, labels, write.now_seconds)
    if not write.dry_run:
        backing.store.update(backing.key_of(write.resource, stored.object), pod)
    return answers.success(HTTPStatus.CREATED)


def _decoded(body: object) -> Object:
    if not isinstance(body, dict):
        raise status.bad_request("the object provided is no Binding")
    try:
        return typed_form({"apiVersion": "v1", "kind": "Binding", **body})
    except DecodeError as error:
        raise status.bad_request(
            f'Binding in version "v1" cannot be handled as a Binding: {error}'
        ) from None


def _check(write: Write, pod: Object, meant: Object) -> None:
    """Refuse to bind a pod that is another, is going, is placed, or is held back."""
    metadata, spec = metadata_of(pod), pod.get("spec") or {}
    for what, name in (("UID", "uid"), ("ResourceVersion", "resourceVersion")):
        if meant.get(name) and meant[name] != metadata.get(name):
            raise invalid_object(write, what, meant[name], metadata.get(name, ""))
    if metadata.get("deletionTimestamp"):
        raise _conflict(write, f"pod {write.name} is being deleted, cannot be assigned to a host")
    if spec.get("nodeName"):
        raise _conflict(write, f'pod {write.name} is already assigned to node "{spec["nodeName"]}"')
    if spec.get("schedulingGates"):
        raise _conflict(write, f"pod {write.name} has non-empty .spec.schedulingGates")


def _conflict(write: Write, why: str) -> RefusedError:
    return RefusedError(
        HTTPStatus.CONFLICT,
        "Conflict",
        f'Operation cannot be fulfilled on pods/binding "{write.name}": {why}',
        {"name": write.name, "kind": "pods/binding"},
    )


def _aggregate(messages: list[str]) -> str:
    """Several errors in one, as utilerrors.Aggregate prints them."""
    unique = list(dict.fromkeys(messages))
    return unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]"
