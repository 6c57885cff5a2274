"""Of an object in its typed form less need be looked at: the verdict is the same."""

import pytest

from engine.apiserver.managedfields.compare import compare
from engine.apiserver.managedfields.custom_schema import custom_atom
from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.kinds import rules_of
from engine.apiserver.managedfields.manager import update
from engine.apiserver.managedfields.objects import empty_of
from engine.apiserver.managedfields.validate import TypedError, check, fits
from engine.apiserver.typed_form import DecodeError, typed_form
from tests.vectors import read

WRITER = Writer("x", "2026-11-21T03:00:47Z")


def _verdict(atom, obj, *, typed):
    try:
        check(atom, obj, allow_duplicates=True, typed=typed)
    except TypedError as error:
        return str(error)
    return ""


def _typed_objects(family):
    """(object, its type) of the vectors of Kubernetes' own kinds."""
    for vector in read(family):
        body = vector.get("object") or vector.get("input")
        if not isinstance(body, dict):
            continue
        try:
            obj = typed_form(body)
        except DecodeError:
            continue
        rules = rules_of(obj)
        if rules.atoms is None:
            yield obj, rules.atom(obj["apiVersion"])


@pytest.mark.parametrize("family", ["defaulting", "validation"])
def test_the_verdict_on_a_typed_object_is_that_of_looking_at_all_of_it(family):
    looked_at = 0
    for obj, atom in _typed_objects(family):
        assert _verdict(atom, obj, typed=True) == _verdict(atom, obj, typed=False)
        looked_at += 1
    assert looked_at


@pytest.mark.parametrize("family", ["defaulting", "validation"])
def test_comparing_leaves_no_doubt_only_where_a_typed_object_fits(family):
    certain = 0
    for obj, atom in _typed_objects(family):
        empty = empty_of(obj["apiVersion"], obj["kind"])
        if not compare(atom, empty, obj).doubtful:
            assert _verdict(atom, obj, typed=False) == ""
            certain += 1
    assert certain


KEYED = {
    "type": "array",
    "items": {"type": "object", "properties": {"name": {"type": "string"}}},
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
}
HELD = {"type": "object", "properties": {"items": KEYED}}
TYPE = custom_atom({
    "type": "object",
    "properties": {"held": HELD, "atomic": {"type": "array", "items": HELD}},
})  # fmt: skip


@pytest.mark.parametrize(
    ("value", "doubtful"),
    [
        ({"held": {"items": [{"name": "a"}]}}, False),
        ({"held": {"items": [{"name": "a"}, {"name": "a"}]}}, True),
        ({"held": {"items": [{"name": "a"}, {}]}}, True),
        ({"held": {"items": {}}}, True),
        ({"held": {"items": None}}, False),
        ({"held": {"nothing": "known"}}, True),
        ({"atomic": [{"items": [{"name": "a"}]}]}, False),
        ({"atomic": [{"items": [{}]}]}, True),
    ],
)
@pytest.mark.parametrize(
    "before",
    [{}, {"held": {}, "atomic": []}, {"held": {"items": [{"name": "b"}]}, "atomic": [{}]}],
)
def test_what_may_not_fit_is_doubted_where_it_is_new_and_where_it_changes(before, value, doubtful):
    assert compare(TYPE, before, value).doubtful is doubtful


def test_an_item_of_an_atomic_list_is_looked_at_again_where_it_is_another():
    atom = TYPE.map.field("atomic")
    broken = {"items": [{}]}
    assert fits(atom, [{}, broken], [{}, broken])
    assert not fits(atom, [broken, {}], [{}, broken])
    assert not fits(atom, [{}, broken], [{}])


def test_an_update_with_an_item_that_lacks_its_key_has_no_managers():
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}}
    before = update(None, typed_form({**account, "secrets": [{"name": "s"}]}), WRITER)
    assert "managedFields" in before["metadata"]
    broken = typed_form({**before, "secrets": [{"name": "s"}, {"namespace": "shop"}]})
    assert "managedFields" not in update(before, broken, WRITER, fits=True)["metadata"]


def test_an_item_without_its_key_is_found_in_a_typed_object():
    secrets = [{"namespace": "shop"}]
    account = typed_form({"apiVersion": "v1", "kind": "ServiceAccount", "secrets": secrets})
    atom = rules_of(account).atom("v1")
    verdict = _verdict(atom, account, typed=True)
    assert "omits all key fields" in verdict
    assert verdict == _verdict(atom, account, typed=False)
