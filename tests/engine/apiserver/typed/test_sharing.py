"""Equal parts of two objects become the same Python objects, and need not be looked at again."""

import orjson

from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.typed.sharing import sharing
from engine.apiserver.typed_form import typed_form

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a", "labels": {"app": "a"}},
    "spec": {"containers": [{"name": "c", "image": "i"}], "nodeName": "n"},
    "status": {"phase": "Pending"},
}


def _copy(value: object) -> object:
    return orjson.loads(orjson.dumps(value))


def _typed() -> dict[str, object]:
    obj = typed_form(POD)
    apply_defaults(obj)
    return obj


def test_what_is_spelled_alike_is_shared() -> None:
    new = sharing(_copy({**POD, "status": {"phase": "Running"}}), POD)
    assert new["spec"] is POD["spec"]
    assert new["metadata"] is POD["metadata"]
    assert new["status"] == {"phase": "Running"}


def test_items_of_a_list_are_shared_where_they_stand() -> None:
    old = [{"a": 1}, {"b": 2}]
    new = sharing([{"a": 1}, {"b": 3}, {"c": 4}], old)
    assert new == [{"a": 1}, {"b": 3}, {"c": 4}]
    assert new[0] is old[0]


def test_true_is_not_shared_with_one() -> None:
    assert sharing({"a": [True]}, {"a": [1]})["a"][0] is True


def test_fields_keep_the_order_of_the_new_object() -> None:
    new = sharing({"m": {"b": 1, "a": 2}}, {"m": {"a": 2, "b": 1}})
    assert list(new["m"]) == ["b", "a"]


def test_the_typed_form_beside_another_is_the_typed_form() -> None:
    known = _typed()
    changed = {**known, "status": {"phase": "Running", "unknown": 1, "podIP": None}}
    assert typed_form(changed, known) == typed_form(_copy(changed))


def test_the_typed_form_beside_another_shares_what_lies_deep() -> None:
    known = _typed()
    found = typed_form({**known, "status": {"phase": "Running"}}, known)
    assert found["spec"] is known["spec"]
    assert found is not known
    assert typed_form(known, known) is not known


def test_what_defaults_leave_as_it_is_stays_shared() -> None:
    known = _typed()
    found = typed_form({**known, "status": {"phase": "Running"}}, known)
    apply_defaults(found, known)
    assert found["spec"] is known["spec"]


def test_what_defaults_change_of_a_shared_part_is_changed_in_a_copy() -> None:
    known = typed_form({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}})
    apply_defaults(known)
    template = {**known["spec"]["template"], "metadata": {"labels": {"app": "a"}}}
    found = typed_form({**known, "spec": {**known["spec"], "template": template}}, known)
    assert found["metadata"] is known["metadata"]
    apply_defaults(found, known)
    assert found["metadata"]["labels"] == {"app": "a"}
    assert "labels" not in known["metadata"]


def test_defaults_beside_another_fill_in_what_is_new() -> None:
    known = _typed()
    spec = known["spec"]
    containers = [*spec["containers"], {"name": "d", "image": "j:1"}]
    found = typed_form({**known, "spec": {**spec, "containers": containers}}, known)
    apply_defaults(found, known)
    assert found["spec"]["containers"][0] is spec["containers"][0]
    assert found["spec"]["containers"][1]["imagePullPolicy"] == "IfNotPresent"
    assert len(spec["containers"]) == 1
