"""Macros and functions of Kubernetes that are spelled otherwise for the library."""

import pytest

from engine.apiserver.custom.cel.macros import expanded
from engine.apiserver.custom.cel.program import CelError, UnsupportedError, evaluate
from tests.engine.apiserver.custom.cel.test_cel import ruled
from tests.engine.apiserver.custom.widgets import STRING, Widgets, spec, widget

SELF = {"l": [3, 1, 2], "m": {"a": 1, "b": 2}, "s": "a-b-c"}


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("[0, 2, 4].all(i, v, v == i * 2)", True),
        ("self.m.all(k, v, k != 'b' || v == 2)", True),
        ("self.l.exists(i, v, i > v)", False),
        ("self.l.existsOne(i, v, i < v)", True),
        ("self.l.transformList(i, v, i + v)", [3, 2, 4]),
        ("self.l.transformList(i, v, i > 0, v)", [1, 2]),
        ("self.m.transformMap(k, v, v + 1)", {"a": 2, "b": 3}),
        ("self.m.transformMap(k, v, k == 'b', v + 1)", {"b": 3}),
        ("self.m.transformMapEntry(k, v, {string(v): k})", {"1": "a", "2": "b"}),
        ("self.l.all(i, v, self.l.exists(j, w, i != j && v != w))", True),
        ("[self].all(i, v, v.m.all(k, w, w in self.l))", True),
    ],
)
def test_macros_of_two_variables_go_over_lists_and_maps(rule, value):
    assert evaluate(rule, SELF) == value


def test_an_entry_that_comes_twice_is_an_error():
    with pytest.raises(CelError, match="insert failed: key x already exists"):
        evaluate("self.m.transformMapEntry(k, v, {'x': v})", SELF)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("self.l.indexOf(1)", 1),
        ("[1, 2, 1].lastIndexOf(1)", 2),
        ("['a'].indexOf('b')", -1),
        ("[true].indexOf(1)", -1),
        ("self.s.indexOf('-')", 1),
        ("self.s.indexOf('-', 2)", 3),
        ("self.s.lastIndexOf('-')", 3),
        ("self.s.lastIndexOf('-', 2)", 1),
        ("self.s.lastIndexOf('')", 5),
        ("self.l.sortBy(x, -x)", [3, 2, 1]),
        ("self.l.sort().reverse()", [3, 2, 1]),
        ("[[1, 2], [3]].sortBy(x, x.size())[0]", [3]),
    ],
)
def test_lists_and_texts_share_the_names_of_functions(rule, value):
    assert evaluate(rule, SELF) == value


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("dns1123Label", "a-b", "A"),
        ("dns1123Subdomain", "a.b", "a..b"),
        ("dns1035Label", "a1", "1a"),
        ("qualifiedName", "a.b/C", "a/b/c"),
        ("dns1123LabelPrefix", "a-", "-a"),
        ("labelValue", "A_b", "a/b"),
        ("uri", "https://a/b", "a"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123"),
        ("byte", "aGVsbG8=", "a"),
        ("date", "2021-02-28", "2021-02-30"),
        ("datetime", "2021-01-01T00:00:00Z", "2021"),
    ],
)
def test_formats_are_asked_for_by_function_or_by_name(name, good, bad):
    assert not evaluate(f"format.{name}().validate('{good}').hasValue()", SELF)
    assert evaluate(f"format.named('{name}').value().validate('{bad}').hasValue()", SELF)


def test_a_format_says_what_is_wrong():
    rule = "!format.dns1123Label().validate(self.s).hasValue()"
    told = "format.dns1123Label().validate(self.s).value().join(' ')"
    [error] = ruled(rule, {"s": STRING}, messageExpression=told)({"s": "A"})
    assert error.startswith("spec: Invalid value: a lowercase RFC 1123 label must consist of")
    assert not evaluate("format.named('nothing').hasValue()", SELF)


@pytest.mark.parametrize(
    "text",
    [
        "self.all(x, x > 1)",
        "'.all(i, v, true)' == self",
        '"""a.all(i, v, true)""" == self // .indexOf(1)',
        "self.validate",
        "named('a') == self.named('b')",
        "self.l.indexOf(",
        "all(i, v, true)",
    ],
)
def test_what_is_no_such_call_stays_as_it_is(text):
    assert expanded(text) == text


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("1 + a.b(c)[d].indexOf(1)", "a.b(c)[d]"),
        ("x in [1].indexOf(1)", "[1]"),
        ("!(a + b).indexOf(1)", "(a + b)"),
        ("{'a': 1}.a.indexOf(1)", "{'a': 1}.a"),
        ("a ? b.?c.indexOf(1) : d", "b.?c"),
    ],
)
def test_what_a_function_is_called_on_is_found(text, target):
    assert f"indexOf_({target}, 1)" in expanded(text)


def test_a_regular_expression_is_found_in_a_text():
    assert evaluate("self.s.find('[b-z]') + self.s.findAll('[a-z]').join()", SELF) == "babc"
    assert evaluate("self.s.findAll('[a-z]', 2)", SELF) == ["a", "b"]
    with pytest.raises(CelError, match="Illegal regex"):
        evaluate("self.s.find('(')", SELF)


def test_a_rule_that_cannot_be_run_here_refuses_nothing():
    text = "[duration(self), duration('1s')].sum() > duration('1h')"
    with pytest.raises(UnsupportedError):
        evaluate(text, "2s")
    widgets = Widgets(spec({"s": {**STRING, "x-kubernetes-validations": [{"rule": text}]}}))
    assert widgets.do("create", widget({"s": "2s"}))["spec"] == {"s": "2s"}
    assert evaluate("self == '2s' || [duration(self)].sum() > duration('1h')", "2s")
