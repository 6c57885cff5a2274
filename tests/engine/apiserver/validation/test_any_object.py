"""Validation of whatever fits Kubernetes' types ends in errors, never in an exception."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update
from engine.apiserver.typed_form import DecodeError, typed_form
from engine.apiserver.validation.empties import with_empties
from engine.apiserver.validation.registry import RULES
from engine.apiserver.validation.validate import validate_create, validate_update
from tests.engine.apiserver.objects import objects_of


@st.composite
def pairs(draw):
    """Two objects of one kind as the server holds them, and the body that the first was sent in."""
    api_version, kind = draw(st.sampled_from(sorted(RULES)))
    bodies = [draw(objects_of(api_version, kind, odd=True)) for _ in range(2)]
    return [held(body) for body in bodies], bodies[0]


def held(body):
    try:
        obj = typed_form(body)
        apply_defaults(obj)
        convert(obj)
    except DecodeError:
        return None
    obj.setdefault("metadata", {})
    return obj


@settings(max_examples=300, deadline=None)
@given(pairs())
def test_no_object_breaks_validation(drawn):
    (new, old), body = drawn
    if new is None:
        return
    kind = (new["apiVersion"], new["kind"])
    created = copy.deepcopy(new)
    prepare_for_create(created)
    for error in validate_create(created):
        assert str(error)
    for subresource in ("", *RULES[kind].subresources) if old is not None else ():
        updated = copy.deepcopy(new)
        prepare_for_update(updated, old, subresource)
        for error in validate_update(updated, old, subresource):
            assert str(error)
    assert isinstance(with_empties("io.k8s.api.core.v1.Pod", new, body), dict)
