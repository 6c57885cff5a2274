"""What the API server says of an object, for tests: prepared and validated as a request is."""

import copy
import json

from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update
from engine.apiserver.typed_form import typed_form
from engine.apiserver.validation.registry import RULES
from engine.apiserver.validation.validate import validate_create, validate_update


def held(body):
    """The object as the server holds it, with metadata where there is none."""
    metadata = {"name": "a", "uid": "u1", "resourceVersion": "1", **body.get("metadata", {})}
    if RULES[body["apiVersion"], body["kind"]].namespaced:
        metadata.setdefault("namespace", "default")
    obj = typed_form({**copy.deepcopy(body), "metadata": metadata})
    apply_defaults(obj)
    convert(obj)
    return obj


def created(body):
    obj = held(body)
    prepare_for_create(obj)
    return obj


def refused(body):
    """The errors of a create, as texts."""
    return [str(error) for error in validate_create(created(body))]


def refused_update(old, new, subresource=""):
    """The errors of an update of the object made of one body to that of another, each once."""
    before, after = created(old), held(new)
    if "status" in old:
        before["status"] = copy.deepcopy(old["status"])
    prepare_for_update(after, before, subresource)
    found = validate_update(after, before, subresource)
    return list(dict.fromkeys(map(str, found)))


def changed(body, path, value):
    """The body with another value at a path such as `spec.ports.0.name`; None takes it away."""
    copied = json.loads(json.dumps(body))
    *parents, last = path.split(".")
    target = copied
    for step in parents:
        target = target[int(step)] if isinstance(target, list) else target.setdefault(step, {})
    if isinstance(target, list):
        target[int(last)] = value
    elif value is None:
        target.pop(last, None)
    else:
        target[last] = value
    return copied
