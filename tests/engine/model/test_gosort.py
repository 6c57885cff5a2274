import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.gosort import go_sort, go_stable_sort


@given(st.lists(st.integers(0, 50), max_size=400))
def test_it_sorts(items):
    expected = sorted(items)
    go_sort(items, lambda a, b: a < b)
    assert items == expected


@pytest.mark.parametrize("length", [13, 60, 1000])
def test_it_sorts_what_is_in_reverse_order(length):
    items = list(range(length))[::-1]
    go_sort(items, lambda a, b: a < b)
    assert items == list(range(length))


def test_equal_items_of_a_short_list_keep_their_order():
    items = [(key, index) for index, key in enumerate([2, 1, 2, 1, 2, 1])]
    go_sort(items, lambda a, b: a[0] < b[0])
    assert items == [(1, 1), (1, 3), (1, 5), (2, 0), (2, 2), (2, 4)]


def test_a_comparison_that_is_no_order_ends_all_the_same():
    items = list(range(500))
    go_sort(items, lambda a, b: True)
    assert sorted(items) == list(range(500))


def test_the_worst_of_inputs_take_no_more_than_n_log_n_steps():
    items, steps = [index % 7 for index in range(5000)], 0

    def less(a, b):
        nonlocal steps
        steps += 1
        return a < b

    random.Random(1).shuffle(items)
    go_sort(items, less)
    assert steps < 5000 * 13 * 4


@given(st.lists(st.integers(0, 9), max_size=200))
def test_the_stable_sort_keeps_the_order_of_equal_items(keys):
    items = list(zip(keys, range(len(keys)), strict=True))
    expected = sorted(items)
    go_stable_sort(items, lambda a, b: a[0] < b[0])
    assert items == expected


def test_the_stable_sort_turns_a_short_list_around_if_every_item_is_less_than_any_other():
    items = list(range(20))
    go_stable_sort(items, lambda a, b: True)
    assert items == list(range(20))[::-1]


def test_the_stable_sort_ends_with_all_items_if_the_comparison_is_no_order():
    items = list(range(500))
    go_stable_sort(items, lambda a, b: True)
    assert sorted(items) == list(range(500))
