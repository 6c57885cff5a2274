"""Validation vectors: what the API server says of an object that is created or updated."""

import copy
from typing import Any

from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update
from engine.apiserver.typed_form import DecodeError, type_name, typed_form
from engine.apiserver.validation.empties import with_empties
from engine.apiserver.validation.field import invalid_status
from engine.apiserver.validation.validate import rules_of, validate_create, validate_update

_REQUEST_NAMESPACE = "default"
# What the server of the vectors gave every object that had none.
_UID = "0f6a2d1e-0000-4000-8000-000000000001"
_SUFFIX = "xxxxx"
_OTHER_NAMESPACE = (
    "the namespace of the provided object does not match the namespace sent on the request"
)


def check(vector: dict[str, Any]) -> list[str]:
    """How our answer differs from Kubernetes'; empty where it does not."""
    if rules_of(vector["object"]) is None:
        return [f"no rules for {vector['apiVersion']} {vector['kind']}"]
    expected = {key: vector[key] for key in ("message", "reason", "code") if key in vector}
    expected["causes"] = vector.get("causes") or []
    if "decodeError" in vector:
        expected = {"decodeError": vector["decodeError"]}
    expected["ok"] = vector.get("ok", False)
    answer = _answer(vector)
    answer["ok"] = answer == {"causes": []}
    return [
        f"{key}: {answer.get(key)!r} instead of {expected.get(key)!r}"
        for key in sorted(expected.keys() | answer.keys())
        if answer.get(key) != expected.get(key)
    ]


def _answer(vector: dict[str, Any]) -> dict[str, Any]:
    try:
        new = _decoded(vector["object"])
    except DecodeError as error:
        return {"decodeError": str(error)}
    rules = rules_of(new)
    metadata = new["metadata"]
    if rules is not None and rules.namespaced:
        metadata.setdefault("namespace", _REQUEST_NAMESPACE)
        if _leaves_request(vector) and metadata["namespace"] != _REQUEST_NAMESPACE:
            return {"message": _OTHER_NAMESPACE, "reason": "BadRequest", "code": 400, "causes": []}
    else:
        metadata.pop("namespace", None)
    if vector["op"] == "create":
        metadata.setdefault("uid", _UID)
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = f"{metadata['generateName']}{_SUFFIX}"
        prepare_for_create(new)
        errors = validate_create(_as_sent(new, vector))
    else:
        old = _decoded(vector["old"])
        prepare_for_update(new, old)
        errors = validate_update(_as_sent(new, vector), old)
    if not errors:
        return {"causes": []}
    group = vector["apiVersion"].rpartition("/")[0]
    status = invalid_status(group, vector["kind"], metadata.get("name", ""), errors)
    answer = {key: status[key] for key in ("message", "reason", "code")}
    return {**answer, "causes": status["details"]["causes"]}


def _leaves_request(vector: dict[str, Any]) -> bool:
    """Requests are sent to the namespace of the valid object that a vector varies."""
    return "metadata.namespace" in (vector["changed"] or ())


def _as_sent(obj: dict[str, Any], vector: dict[str, Any]) -> dict[str, Any]:
    name = type_name(vector["apiVersion"], vector["kind"])
    assert name is not None
    return dict(with_empties(name, obj, vector["object"]))


def _decoded(obj: dict[str, Any]) -> dict[str, Any]:
    typed = typed_form(copy.deepcopy(obj))
    apply_defaults(typed)
    convert(typed)
    typed.setdefault("metadata", {})
    return typed
