"""Lists that a patch puts in order: the usual case has a short way, which must give the same."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.apiserver.patch.errors import PatchError
from engine.apiserver.patch.strategic import element_order
from engine.apiserver.patch.strategic.merge import apply_strategic_merge_patch

NAMES = st.sampled_from(["a", "b", "c", "d", 1, True, 1.0, None])
ITEMS = st.fixed_dictionaries(
    {"name": NAMES | st.sampled_from(["a", "b", "c", "d"])},
    optional={"image": st.sampled_from(["i:1", "i:2", None]), "$patch": st.just("delete")},
)
CONTAINERS = st.lists(ITEMS | st.just({"image": "i:1"}), max_size=4)
ORDERS = st.permutations([{"name": name} for name in "abcd"]) | st.lists(ITEMS, max_size=4)


def _outcome(live: list[Any], changes: list[Any], order: list[Any]) -> Any:
    patch = {"spec": {"$setElementOrder/containers": order, "containers": changes}}
    try:
        found = apply_strategic_merge_patch({"spec": {"containers": live}}, patch, "v1", "Pod")
    except PatchError as error:
        return type(error), str(error)
    return repr(found)


@given(CONTAINERS, CONTAINERS, ORDERS)
@settings(max_examples=500)
def test_the_short_way_is_the_long_one(
    live: list[Any], changes: list[Any], order: list[Any]
) -> None:
    before = deepcopy((live, changes, order))
    short = _outcome(live, changes, order)
    assert (live, changes, order) == before
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(element_order, "_merged_plainly", lambda *_: None)
        assert short == _outcome(live, changes, order)


def test_items_that_are_named_once_in_order_go_the_short_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(element_order, "in_order", None)
    live = [{"name": "a", "image": "i:1"}, {"name": "b", "image": "i:1"}]
    order = [{"name": "b"}, {"name": "c"}, {"name": "a"}]
    assert _outcome(live, [{"name": "b", "image": "i:2"}, {"name": "c"}], order) == repr(
        {"spec": {"containers": [
            {"name": "b", "image": "i:2"}, {"name": "c"}, {"name": "a", "image": "i:1"},
        ]}}
    )  # fmt: skip
