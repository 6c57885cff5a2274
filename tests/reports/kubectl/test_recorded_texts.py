"""What a real kubectl printed of real clusters: ours is equal, byte for byte, ages included."""

import pytest

from tests.reports.kubectl.recorded import TRACES, Text, find_texts, listed_state, texts_of

# No single moment equals these: node-failure lists seven resources one after another while a node
# comes back; churn's overloaded API server takes so long to print thousands of events that the
# clock moves on from row to row. They have tests of their own.
NODE_CAME_BACK = ("node-failure", 1)
SLOW_LISTS = [("churn", 2), ("churn", 5), ("churn", 8)]


def texts_or_skip(trace):
    if not TRACES.exists():
        pytest.skip("the recordings are not here: ../shared/traces")
    texts = texts_of(trace)
    assert len(texts) == 9
    return texts


@pytest.mark.parametrize(
    "trace",
    [
        "api",
        "batch",
        "cloud",
        "cloud-policy",
        "crashes",
        "ha",
        "node-failure",
        "pressure",
        "rollout",
        "stateful",
        pytest.param("churn", marks=pytest.mark.slow),
    ],
)
def test_recorded_texts_are_equal_at_one_revision_and_one_time(trace):
    moving = [NODE_CAME_BACK, *SLOW_LISTS]
    texts = [t for i, t in enumerate(texts_or_skip(trace)) if (trace, i) not in moving]
    find_texts(trace, texts)
    assert [text.name for text in texts if not text.found] == []


def test_a_text_of_several_lists_is_equal_table_by_table():
    trace, index = NODE_CAME_BACK
    tables = texts_or_skip(trace)[index].tables()
    find_texts(trace, tables)
    assert [table.resources for table in tables if not table.found] == []


@pytest.mark.slow
def test_a_long_list_is_equal_at_a_clock_that_moves_from_row_to_row():
    texts = texts_or_skip("churn")
    lists = [texts[index] for _, index in SLOW_LISTS]
    find_texts("churn", lists, Text.fits_moving_clock)
    assert [text.expected[:80] for text in lists if not text.found] == []


@pytest.mark.parametrize("dump", ["T1", "T2", "T3"])
def test_the_lists_of_a_quiet_cluster_print_as_the_texts_taken_after_them(dump):
    trace, third = "etcd-protobuf", int(dump[1:]) - 1
    texts = texts_or_skip(trace)[3 * third : 3 * third + 3]
    state = listed_state(trace, dump)
    for text in texts:
        text.try_state(state, text.first_revision)
    assert [text.name for text in texts if not text.found] == []
