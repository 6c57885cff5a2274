"""Only what changed is computed again."""

import numpy as np

from engine.scheduler.columns.changes import ChangeLog, Kept


def kept(log, source):
    """A column that copies a list, and the rows that were asked for."""
    asked = []

    def compute(rows):
        asked.append("all" if isinstance(rows, slice) else rows.tolist())
        return np.array(source, dtype=np.int64)[rows]

    def compute_one(index):
        asked.append(index)
        return source[index]

    return Kept(log, compute, compute_one), asked


def test_a_column_is_computed_once_while_nothing_changes():
    column, asked = kept(ChangeLog(), [1, 2])
    assert column.current().tolist() == column.current().tolist() == [1, 2]
    assert asked == ["all"]


def test_few_changed_nodes_are_computed_one_by_one_each_once():
    log, source = ChangeLog(), [1, 2, 3]
    column, asked = kept(log, source)
    source[1] = 9
    log.note(1)
    log.note(1)
    assert column.current().tolist() == [1, 9, 3]
    assert asked == ["all", 1]


def test_many_changed_nodes_are_computed_at_once():
    log, source = ChangeLog(), [0] * 9
    column, asked = kept(log, source)
    for index in range(8):
        source[index] = index
        log.note(index)
    assert column.current().tolist() == source
    assert asked == ["all", list(range(8))]


def test_after_more_changes_than_are_remembered_all_is_computed_again():
    log, source = ChangeLog(), [0, 0]
    column, asked = kept(log, source)
    source[0] = 5
    for _ in range(20_000):
        log.note(0)
    assert column.current().tolist() == [5, 0]
    assert asked == ["all", "all"]


def test_what_all_nodes_have_is_known_until_one_differs():
    log, source = ChangeLog(), [7, 7]
    column, _ = kept(log, source)
    assert column.all_are() == 7
    source[1] = 8
    log.note(1)
    assert column.all_are() is None
