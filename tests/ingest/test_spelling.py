import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.spelling import Spelling, spelling_of

NAMES = st.sampled_from(["apiVersion", "kind", "spec", 'x"metadata":{', "metadata", "ä"])
VALUES = st.recursive(
    st.sampled_from(["v1", "", "{", '"metadata":{"a":1}', "é{", 1, None]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
METADATA = st.dictionaries(st.sampled_from(["name", "resourceVersion", "labels"]), VALUES)


def read_again(text, rv):
    body = orjson.loads(text)
    body["metadata"].pop("resourceVersion", None)
    if rv is not None:
        body["metadata"]["resourceVersion"] = str(rv)
    return orjson.dumps(body).decode()


@given(st.dictionaries(NAMES, VALUES), METADATA, st.dictionaries(NAMES, VALUES))
def test_a_revision_is_written_as_if_the_text_had_been_read_again(before, metadata, after):
    body = {**before, "metadata": metadata, **{k: v for k, v in after.items() if k != "metadata"}}
    spelling = spelling_of(body)
    assert spelling.text == orjson.dumps(body).decode()
    assert spelling.with_revision(7) == read_again(spelling.text, 7)
    assert spelling.with_revision(None) == read_again(spelling.text, None)


@pytest.mark.parametrize("name", ["a", "ä", 'a"b'])
def test_where_the_metadata_ends_is_noted_for_objects_as_servers_print_them(name):
    body = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name}, "spec": {}}
    assert spelling_of(body).end > 0


def test_a_text_of_which_nothing_is_noted_is_read_again():
    text = '{"metadata":{"resourceVersion":"5","name":"a"}}'
    assert Spelling(text).with_revision(7) == '{"metadata":{"name":"a","resourceVersion":"7"}}'


def test_a_name_of_the_same_length_leaves_the_place_of_the_revision():
    spelling = spelling_of({"metadata": {"name": "a"}, "spec": {"volume": "v-00000"}})
    exchanged = spelling.exchanged('"v-00000"', '"v-abcde"')
    assert exchanged == spelling_of({"metadata": {"name": "a"}, "spec": {"volume": "v-abcde"}})
    assert spelling.exchanged('"v-00000"', '"longer-v"').end == 0
