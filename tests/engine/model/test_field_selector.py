import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.field_selector import FieldSelector, FieldTerm
from engine.model.selector import SelectorError

POD = {"status.phase": "Running", "spec.nodeName": "node-1"}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("", True),
        ("status.phase=Running", True),
        ("status.phase==Running,spec.nodeName!=node-2", True),
        ("spec.nodeName!=node-1", False),
        ("metadata.name=", True),
        ("status.phase=running", False),
        (",,", True),
    ],
)
def test_a_field_selector_selects_by_fields(text, selected):
    assert FieldSelector.parse(text).matches(POD) is selected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("status.phase", "invalid selector: 'status.phase'; can't understand 'status.phase'"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        ("a=\\b", "invalid field selector: invalid escape sequence: \\b"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_a_wrong_field_selector_is_refused_with_kubernetes_words(text, message):
    with pytest.raises(SelectorError) as error:
        FieldSelector.parse(text)
    assert str(error.value) == message


@given(
    st.lists(
        st.builds(
            FieldTerm,
            st.sampled_from(["a", "b.c", "metadata.name"]),
            st.text(max_size=6),
            st.booleans(),
        ),
        max_size=4,
    )
)
def test_the_text_of_a_field_selector_selects_the_same(terms):
    selector = FieldSelector(tuple(terms))
    assert sorted(map(str, FieldSelector.parse(str(selector)).terms)) == sorted(map(str, terms))
