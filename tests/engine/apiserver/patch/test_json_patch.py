import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.apiserver.patch.errors import PanicError, PatchError
from engine.apiserver.patch.json_patch import COPY_BYTES_MAX, OPERATIONS_MAX, apply_json_patch

KEYS = st.sampled_from(["a", "b", "", "~", "x/y", "0", "-"])
SCALARS = st.integers(-3, 3) | st.sampled_from(["", "s", "<&>"]) | st.booleans()
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
NULLABLE = st.recursive(
    SCALARS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
)
STEPS = KEYS.map(lambda key: key.replace("~", "~0").replace("/", "~1")) | st.sampled_from("12")
POINTERS = st.lists(STEPS, min_size=1, max_size=4).map(lambda steps: "/" + "/".join(steps))
OPERATIONS = st.fixed_dictionaries(
    {
        "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
        "path": POINTERS,
        "from": POINTERS,
        "value": JSON,
    }
)


class RefusedError(Exception):
    """The RFC calls it an error."""


def by_the_rfc(document: Any, operations: list[dict[str, Any]]) -> Any:
    """RFC 6902, section 4, read plainly."""
    document = copy.deepcopy(document)
    for operation in operations:
        path, source = operation["path"], operation["from"]
        match operation["op"]:
            case "add":
                put(document, path, operation["value"])
            case "remove":
                take(document, path)
            case "replace":
                look(document, path)
                put(document, path, operation["value"], instead=True)
            case "move":
                if path.startswith(source + "/"):
                    raise RefusedError
                put(document, path, take(document, source))
            case "copy":
                put(document, path, copy.deepcopy(look(document, source)))
            case "test":
                if not alike(look(document, path), operation["value"]):
                    raise RefusedError
    return document


def parent(document: Any, pointer: str) -> tuple[Any, str]:
    *steps, last = [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]]
    for step in steps:
        document = document[place(document, step)]
    return document, last


def place(container: Any, step: str, *, end: int = 0) -> Any:
    if isinstance(container, dict):
        return step
    if not isinstance(container, list) or not step.isdigit() or int(step) >= len(container) + end:
        raise RefusedError
    return int(step)


def look(document: Any, pointer: str) -> Any:
    try:
        container, last = parent(document, pointer)
        return container[place(container, last)]
    except KeyError:
        raise RefusedError from None


def take(document: Any, pointer: str) -> Any:
    value = look(document, pointer)
    container, last = parent(document, pointer)
    del container[place(container, last)]
    return value


def put(document: Any, pointer: str, value: Any, *, instead: bool = False) -> None:
    try:
        container, last = parent(document, pointer)
    except KeyError:
        raise RefusedError from None
    value = copy.deepcopy(value)
    if isinstance(container, dict) or instead:
        container[place(container, last)] = value
    elif isinstance(container, list) and last == "-":
        container.append(value)
    else:
        container.insert(place(container, last, end=1), value)


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and one == other


@given(st.dictionaries(KEYS, JSON, max_size=4), st.lists(OPERATIONS, max_size=5))
def test_what_rfc_6902_allows_comes_out_as_it_says(document, operations):
    try:
        expected = by_the_rfc(document, operations)
    except RefusedError:
        return
    assert alike(apply_json_patch(document, operations), expected)


@given(
    st.dictionaries(KEYS, NULLABLE),
    NULLABLE
    | st.lists(
        st.dictionaries(
            st.sampled_from(["op", "path", "from", "value"]),
            NULLABLE
            | POINTERS
            | st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
        ),
        max_size=6,
    ),
)
def test_any_patch_is_applied_or_refused_always_in_the_same_way(document, patch):
    before = copy.deepcopy((document, patch))

    def outcome() -> Any:
        try:
            return apply_json_patch(document, patch)
        except PatchError as error:
            return type(error), str(error), error.status()

    assert outcome() == outcome()
    assert (document, patch) == before


def test_what_no_operation_touches_is_shared_with_the_original():
    document = {"spec": {"a": [1]}, "data": {"x": "1"}}
    patched = apply_json_patch(document, [{"op": "add", "path": "/data/y", "value": "2"}])
    assert patched == {"spec": {"a": [1]}, "data": {"x": "1", "y": "2"}}
    assert patched["spec"] is document["spec"]


def test_a_copy_is_not_changed_by_what_is_done_to_the_other():
    patch = [
        {"op": "copy", "from": "/a", "path": "/b"},
        {"op": "add", "path": "/a/x", "value": 1},
        {"op": "add", "path": "/b/y", "value": 2},
    ]
    assert apply_json_patch({"a": {}}, patch) == {"a": {"x": 1}, "b": {"y": 2}}


@pytest.mark.parametrize(
    ("document", "operation", "result"),
    [
        ({"a": [1, 2]}, {"op": "add", "path": "/a/-1", "value": 3}, {"a": [1, 2, 3]}),
        ({"a": [1, 2]}, {"op": "remove", "path": "/a/-2"}, {"a": [2]}),
        ({"a": [1, 2]}, {"op": "add", "path": "/a/01", "value": 3}, {"a": [1, 3, 2]}),
        ({}, {"op": "replace", "path": "/a", "value": 1}, {"a": 1}),
        ({}, {"op": "copy", "from": "/a", "path": "/b"}, {"b": None}),
        ({}, {"op": "add", "path": "/a"}, {"a": None}),
        ({}, {"op": "replace", "path": "/a", "value": None}, {"a": None}),
        ({"a": 1}, {"op": "replace", "path": "", "value": ["x"]}, ["x"]),
        ({}, {"op": "test", "path": "/a", "value": None}, {}),
    ],
)
def test_what_the_library_allows_beyond_the_rfc(document, operation, result):
    assert apply_json_patch(document, [operation]) == result


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        (
            {"op": "add", "path": "/a/x", "value": 1},
            (
                "error in add for path: '/a/x': value was not"
                " a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax"
            ),
        ),
        (
            {"op": "remove", "path": "/a/9"},
            (
                "error in remove for path: '/a/9': Unable to access"
                " invalid index: 9: invalid index referenced"
            ),
        ),
        (
            {"op": "remove", "path": "/a/99999999999999999999"},
            (
                "error in remove for path: "
                "'/a/99999999999999999999': strconv.Atoi: parsing \"99999999999999999999\": "
                "value out of range"
            ),
        ),
        (
            {"op": "replace", "path": "/a/9", "value": 1},
            "replace operation does not apply: doc is missing key: /a/9: missing value",
        ),
        (
            {"op": "replace", "path": "", "value": 1},
            "replace operation value must be object or array: %!w(<nil>)",
        ),
        (
            {"op": "move", "path": "/b"},
            ("move operation failed to decode from: operation, missing from field: missing value"),
        ),
        (
            {"op": "test", "value": 1},
            ("test operation failed to decode path: operation missing path field: missing value"),
        ),
        ({"op": "copy", "from": "/n"}, "copy operation failed to decode path: missing value"),
        ({"op": "test", "path": "/n", "value": 1.0}, "testing value /n failed: test failed"),
        ({"path": "/a"}, "Unexpected kind: unknown"),
    ],
)
def test_an_operation_that_does_not_apply_is_refused_in_the_words_of_the_library(operation, text):
    with pytest.raises(PatchError) as refused:
        apply_json_patch({"a": [1, 2], "n": 1}, [operation])
    assert str(refused.value) == text


def test_the_client_does_not_learn_which_operation_did_not_apply():
    with pytest.raises(PatchError) as refused:
        apply_json_patch({}, [{"op": "test", "path": "/a", "value": 1}])
    assert refused.value.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "the server rejected our request due to an error in our request",
        "reason": "Invalid",
        "details": {},
        "code": 422,
    }


@pytest.mark.parametrize(
    ("patch", "text"),
    [
        ({"op": "replace"}, "object into Go value of type []handlers.jsonPatchOp"),
        ([1], "number into Go value of type handlers.jsonPatchOp"),
        ([{"op": True}], "bool into Go struct field jsonPatchOp.op of type string"),
    ],
)
def test_what_is_no_list_of_operations_is_a_bad_request(patch, text):
    with pytest.raises(PatchError) as refused:
        apply_json_patch({}, patch)
    assert str(refused.value) == f"error decoding patch: json: cannot unmarshal {text}"
    assert refused.value.code == 400


def test_a_null_that_the_patch_wrote_does_not_equal_that_of_a_document():
    write = {"op": "replace", "path": "/a/b", "value": None}
    test = {"op": "test", "path": "/a", "value": {"b": None}}
    apply_json_patch({"a": {"b": None}}, [test])
    with pytest.raises(PatchError, match="testing value /a failed"):
        apply_json_patch({"a": {"b": 1}}, [write, test])


def test_a_list_with_a_null_cannot_be_tested():
    with pytest.raises(PanicError):
        apply_json_patch({"a": [None]}, [{"op": "test", "path": "/a", "value": [None]}])


def test_no_more_is_copied_than_the_server_allows():
    half = {"a": "x" * (COPY_BYTES_MAX // 2)}
    once = {"op": "copy", "from": "/a", "path": "/b"}
    assert apply_json_patch(half, [once])["b"] == half["a"]
    with pytest.raises(PatchError, match="the accumulated size increase of copy is 3145732, exc"):
        apply_json_patch(half, [once, once])


def test_a_patch_with_too_many_operations_is_too_large():
    operation = {"op": "test", "path": "/a", "value": None}
    assert apply_json_patch({}, [operation] * OPERATIONS_MAX) == {}
    with pytest.raises(PatchError) as refused:
        apply_json_patch({}, [operation] * (OPERATIONS_MAX + 1))
    assert refused.value.status()["message"] == (
        "Request entity is too large: "
        "The allowed maximum operations in a JSON patch is 10000, got 10001"
    )
