from itertools import combinations, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.assignment import ContradictionError, Places, arranged, raised

INTERVALS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=1, max_size=5).map(
    lambda rows: [(low, low + width) for low, width in rows]
)


def solutions(intervals):
    ranges = [range(low, high + 1) for low, high in intervals]
    return [choice for choice in product(*ranges) if len(set(choice)) == len(choice)]


def places(intervals, began=None, over=None):
    low, high = map(list, zip(*intervals, strict=True))
    count = len(intervals)
    return Places(low, high, began or [0] * count, over or [1] * count)


@given(INTERVALS)
def test_lower_bounds_are_the_lowest_places_of_all_assignments(intervals):
    low, high = zip(*intervals, strict=True)
    possible = solutions(intervals)
    if not possible:
        with pytest.raises(ContradictionError):
            raised(low, high)
    else:
        assert raised(low, high) == [min(column) for column in zip(*possible, strict=True)]


@given(INTERVALS, st.data())
def test_narrowing_loses_no_assignment_that_keeps_the_order(intervals, data):
    count = len(intervals)
    pairs = [p for p in combinations(range(count), 2) if data.draw(st.integers(0, 4)) == 0]
    began = [data.draw(st.integers(0, 9)) for _ in intervals]
    over = [start + data.draw(st.integers(0, 5)) for start in began]
    kept = [
        choice
        for choice in solutions(intervals)
        if all(choice[a] < choice[b] for a, b in pairs)
        and all(choice[a] < choice[b] for a, b in permutations(range(count), 2)
                if over[a] < began[b])
    ]  # fmt: skip
    narrowed = places(intervals, began, over)
    try:
        narrowed.narrow(pairs)
    except ContradictionError:
        assert kept == []
        return
    for choice in kept:
        for low, place, high in zip(narrowed.low, choice, narrowed.high, strict=True):
            assert low <= place <= high


def test_what_was_over_before_another_began_has_a_lower_place():
    narrowed = places([(1, 2), (1, 2)], began=[5, 0], over=[6, 1])
    narrowed.narrow([])
    assert (narrowed.low, narrowed.high) == ([2, 1], [2, 1])


def test_a_full_stretch_pushes_the_others_out():
    narrowed = places([(1, 2), (1, 2), (1, 3)])
    narrowed.narrow([])
    assert (narrowed.low[2], narrowed.high[2]) == (3, 3)


@given(INTERVALS, st.randoms(use_true_random=False))
def test_an_arrangement_gives_each_a_place_of_its_own(intervals, random):
    narrowed = places(intervals)
    try:
        narrowed.narrow([])
    except ContradictionError:
        return
    order = list(range(len(intervals)))
    random.shuffle(order)
    found = arranged(narrowed.low, narrowed.high, order)
    assert len(set(found)) == len(found)
    assert all(a <= x <= b for a, x, b in zip(narrowed.low, found, narrowed.high, strict=True))


def test_an_arrangement_follows_the_order_where_it_can():
    assert arranged([1, 1, 1], [3, 3, 3], [2, 0, 1]) == [3, 1, 2]


def test_wide_ranges_cost_nothing():
    assert arranged([0, 0], [10**15, 1], [0, 1]) == [10**15, 1]
