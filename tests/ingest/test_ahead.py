import threading
import time
from collections.abc import Iterator

import pytest

from ingest.ahead import ahead


def test_items_come_in_their_order() -> None:
    assert list(ahead(range(1000), most=3)) == list(range(1000))


def test_an_empty_item_is_not_taken_for_the_end() -> None:
    assert list(ahead([0, None, [], "", 1], most=1)) == [0, None, [], "", 1]


def test_items_are_made_in_one_other_thread() -> None:
    makers = set(ahead((threading.get_ident() for _ in range(10)), most=2))
    assert len(makers) == 1
    assert threading.get_ident() not in makers


def test_an_error_is_raised_behind_the_items_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("torn")

    items = ahead(failing(), most=5)
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(ValueError, match="torn"):
        next(items)


def test_no_more_is_made_than_was_allowed() -> None:
    made = []
    items = ahead((made.append(number) for number in range(100)), most=3)
    next(items)
    time.sleep(0.05)
    # One was taken, three wait, and one is made that finds no place.
    assert len(made) <= 5
    items.close()


def test_making_ends_when_nobody_wants_more() -> None:
    before = threading.active_count()
    items = ahead(iter(int, 1), most=1)
    next(items)
    assert threading.active_count() == before + 1
    items.close()
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
