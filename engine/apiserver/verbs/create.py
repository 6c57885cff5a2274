"""A new object: from the body of a create to what is stored.

Source: k8s.io/apiserver pkg/endpoints/handlers/create.go, pkg/registry/rest/create.go,
pkg/registry/generic/registry/store.go (create), v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import Attributes
from engine.apiserver.verbs import managers, status
from engine.apiserver.verbs.allocation import allocated
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.metadata import (
    metadata_of,
    named_and_born,
    placed,
    wiped,
    with_owners_once,
)


def create(write: Write, context: Context) -> Object:
    """The object that a create stores; RefusedError if the server would refuse it."""
    rules = context.rules
    decoded = rules.decoded(write, write.body)
    obj = placed(write, wiped(decoded))
    obj = managers.update(None, with_owners_once(obj), write, rules.fields)
    return created(write, rules.in_store(obj), decoded, context)


def created(write: Write, obj: Object, decoded: Object, context: Context) -> Object:
    """A new object whose fields have their managers, on its way into the store.

    `decoded` is what it was made of, as the rules decoded it.
    """
    attributes = Attributes("CREATE", write, context.view, context.choices)
    obj = context.chain.admit(attributes, obj, None)
    obj = named_and_born(write, context.choices, wiped(obj))
    if metadata_of(obj).get("resourceVersion") and not write.accepted:
        raise status.bad_request("resourceVersion should not be set on objects to be created")
    obj = allocated(write, obj, None, context.choices, context.view, context.ranges)
    context.rules.prepare_for_create(write, obj)
    if not write.accepted:
        _check(attributes, obj, context)
    return context.rules.encoded(obj, decoded)


def _check(attributes: Attributes, obj: Object, context: Context) -> None:
    """Refuse a new object that is not valid, not admitted, or there already."""
    write = attributes.write
    resource, name = write.resource, metadata_of(obj).get("name", "")
    errors = context.rules.create_errors(write, obj, context.view)
    if errors:
        raise status.invalid(resource.group, resource.kind, name, errors)
    context.chain.validate(attributes, obj, None)
    if context.view.get(resource.group, resource.name, write.namespace, name):
        raise status.already_exists(resource, name)
