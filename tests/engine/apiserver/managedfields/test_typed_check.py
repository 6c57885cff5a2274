"""Of an object in its typed form less need be looked at: the verdict is the same."""

import pytest

from engine.apiserver.managedfields.kinds import rules_of
from engine.apiserver.managedfields.validate import TypedError, check
from engine.apiserver.typed_form import DecodeError, typed_form
from tests.vectors import read


def _verdict(atom, obj, *, typed):
    try:
        check(atom, obj, allow_duplicates=True, typed=typed)
    except TypedError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("family", ["defaulting", "validation"])
def test_the_verdict_on_a_typed_object_is_that_of_looking_at_all_of_it(family):
    looked_at = 0
    for vector in read(family):
        body = vector.get("object") or vector.get("input")
        if not isinstance(body, dict):
            continue
        try:
            obj = typed_form(body)
        except DecodeError:
            continue
        rules = rules_of(obj)
        if rules.atoms is not None:
            continue
        atom = rules.atom(obj["apiVersion"])
        assert _verdict(atom, obj, typed=True) == _verdict(atom, obj, typed=False)
        looked_at += 1
    assert looked_at


def test_an_item_without_its_key_is_found_in_a_typed_object():
    secrets = [{"namespace": "shop"}]
    account = typed_form({"apiVersion": "v1", "kind": "ServiceAccount", "secrets": secrets})
    atom = rules_of(account).atom("v1")
    verdict = _verdict(atom, account, typed=True)
    assert "omits all key fields" in verdict
    assert verdict == _verdict(atom, account, typed=False)
