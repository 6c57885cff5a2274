import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.naming import label_key_problems, label_value_problems
from engine.model.requirement import Operator, require
from engine.model.selector import Selector, SelectorError, format_selector

WEB = {"app": "web", "tier": "front", "replica": "7"}

keys = st.from_regex(r"[a-z]([a-z.-]{0,4}[a-z])?", fullmatch=True)
values = st.from_regex(r"([A-Za-z0-9]([-_.a-z0-9]{0,4}[a-z0-9])?)?", fullmatch=True)
requirements = st.one_of(
    st.builds(
        require,
        keys,
        st.sampled_from([Operator.IN, Operator.NOT_IN]),
        st.lists(values, min_size=1, max_size=3, unique=True).map(sorted),
    ),
    st.builds(
        require,
        keys,
        st.sampled_from([Operator.EQUALS, Operator.DOUBLE_EQUALS, Operator.NOT_EQUALS]),
        values.map(lambda value: [value]),
    ),
    st.builds(
        require, keys, st.sampled_from([Operator.EXISTS, Operator.DOES_NOT_EXIST]), st.just([])
    ),
)
selectors = st.lists(requirements, max_size=5).map(Selector.of)
label_sets = st.dictionaries(keys, values, max_size=4)


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("", True),
        ("app=web", True),
        ("app==web,tier!=back", True),
        ("app in (api,web)", True),
        ("app notin (web)", False),
        ("none notin (web)", True),
        ("tier", True),
        ("!tier", False),
        ("replica>6,replica<8", True),
        ("app>6", False),
        ("none=", False),
    ],
)
def test_a_selector_selects_by_labels(text, selected):
    assert Selector.parse(text).matches(WEB) is selected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("app web", "unable to parse requirement: found 'web', expected: in, notin, =, ==,"),
        ("app in web", r"unable to parse requirement: found 'web' expected: '\('"),
        ("app,", "found '', expected: identifier after ','"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("app=-x", "a valid label must be an empty string or consist of"),
        ("app>x", "the value must be an integer"),
        ("app>" + "9" * 30, "the value must be an integer"),
        (f"{'k' * 64}", "name part must be no more than 63 bytes"),
        ("Example.com/app", "prefix part a lowercase RFC 1123 subdomain"),
    ],
)
def test_a_wrong_selector_is_refused_with_kubernetes_words(text, message):
    with pytest.raises(SelectorError, match=message):
        Selector.parse(text)


def test_keywords_are_keys_and_values_where_no_operator_is_expected():
    assert str(Selector.parse("in in (in,notin)")) == "in in (in,notin)"


def test_a_null_label_selector_selects_nothing_and_an_empty_one_everything():
    assert not Selector.from_object(None).matches({})
    assert not Selector.from_object(None).empty
    assert Selector.from_object({}).matches(WEB)


def test_a_label_selector_object_requires_labels_and_expressions():
    selector = {
        "matchLabels": {"app": "web"},
        "matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["back"]}],
    }
    assert Selector.from_object(selector).matches(WEB)
    assert not Selector.from_object(selector).matches({"app": "web", "tier": "back"})
    assert format_selector(selector) == "app=web,tier notin (back)"


def test_kubectl_shows_an_empty_and_a_wrong_selector():
    assert format_selector({}) == format_selector(None) == "<none>"
    assert format_selector({"matchExpressions": [{"key": "a", "operator": "Gt"}]}) == "<error>"


def test_a_map_of_labels_is_not_checked():
    assert Selector.from_map({"app": "-x"}).matches({"app": "-x"})
    assert Selector.from_map(None).empty


@given(selectors, label_sets)
def test_the_text_of_a_selector_selects_the_same(selector, labels):
    again = Selector.parse(str(selector))
    assert again == selector
    assert again.matches(labels) == selector.matches(labels)


@given(selectors, selectors, label_sets)
def test_two_selectors_together_select_what_both_select(a, b, labels):
    both = Selector.of((*a.requirements, *b.requirements))
    assert both.matches(labels) == (a.matches(labels) and b.matches(labels))


@given(st.text(alphabet="ab=!<>(), in\0\t/-\\'\"é", max_size=20))
def test_any_text_is_a_selector_or_refused(text):
    try:
        selector = Selector.parse(text)
    except SelectorError:
        return
    assert Selector.parse(str(selector)) == selector


@given(keys, values)
def test_what_the_strategies_make_are_labels(key, value):
    assert label_key_problems(key) == label_value_problems(value) == []
