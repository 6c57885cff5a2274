"""Rules of schemas (x-kubernetes-validations)."""

import pytest

from engine.apiserver.custom.cel.program import evaluate
from engine.apiserver.custom.validation import NOT_CHECKED
from tests.engine.apiserver.custom.widgets import INTEGER, STRING, Widgets, errors, spec, widget


def ruled(rule, properties=None, **rest):
    """What is told of a spec with that rule."""
    own = {"type": "object", "properties": properties or {"n": INTEGER, "s": STRING}}
    return lambda value: errors(
        {**own, "x-kubernetes-validations": [{"rule": rule, **rest}]}, value
    )


def test_a_rule_that_does_not_hold_is_told_in_its_own_words():
    assert ruled("self.n < 3")({"n": 3}) == ["spec: Invalid value: failed rule: self.n < 3"]
    assert ruled("self.n < 3", message=" small ")({"n": 3}) == ["spec: Invalid value: small"]
    assert ruled("self.n < 3")({"n": 2}) == []


def test_a_message_can_be_computed():
    check = ruled("self.n < 3", messageExpression="'is ' + string(self.n)", message="no")
    assert check({"n": 3}) == ["spec: Invalid value: is 3"]


def test_a_rule_can_name_its_reason_and_its_field():
    check = ruled("has(self.n)", reason="FieldValueRequired", fieldPath=".n", message="give n")
    assert check({"s": "a"}) == ["spec.n: Required value: give n"]


def test_a_rule_that_has_no_value_is_told_with_what_went_wrong():
    told = 'spec: Invalid value: "object": no such key: n evaluating rule: self.n < 3'
    assert ruled("self.n < 3")({}) == [told]
    told = 'spec: Invalid value: "object": division by zero evaluating rule: 1 / self.n > 0'
    assert ruled("1 / self.n > 0")({"n": 0}) == [told]


def test_rules_see_neither_metadata_nor_unknown_fields():
    schema = {**spec(), "x-kubernetes-validations": [
        {"rule": "self.metadata.name == 'a' && !has(self.metadata.labels)"}]}  # fmt: skip
    body = widget({"size": "a"}, metadata={"name": "a", "labels": {"b": "c"}})
    assert Widgets(schema).do("create", body)


def test_names_that_rules_cannot_spell_are_escaped():
    assert (
        ruled("self.a__dash__b + self.__in__ == 3", {"a-b": INTEGER, "in": INTEGER})(
            {"a-b": 1, "in": 2}
        )
        == []
    )


def test_rules_of_changes_hold_when_there_was_something_before():
    n = {**INTEGER, "x-kubernetes-validations": [{"rule": "self >= oldSelf", "message": "grows"}]}
    widgets = Widgets(spec({"n": n}))
    widgets.do("create", widget({"n": 3}))
    refused = widgets.refused("patch", {"spec": {"n": 2}}, patch_type="merge")
    assert refused["message"].endswith("spec.n: Invalid value: 2: grows")
    assert widgets.merge({"spec": {"n": 4}})["spec"] == {"n": 4}


def test_an_optional_old_value_is_asked_for_by_name():
    rule = {"rule": "!oldSelf.hasValue() || oldSelf.value() == self", "optionalOldSelf": True}
    widgets = Widgets(spec({"n": {**INTEGER, "x-kubernetes-validations": [rule]}}))
    widgets.do("create", widget({"n": 3}))
    assert widgets.refused("patch", {"spec": {"n": 2}}, patch_type="merge")["code"] == 422


def test_sets_are_equal_whatever_their_order():
    tags = {"type": "array", "items": STRING, "x-kubernetes-list-type": "set",
            "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}  # fmt: skip
    widgets = Widgets(spec({"tags": tags}))
    widgets.do("create", widget({"tags": ["a", "b"]}))
    assert widgets.merge({"spec": {"tags": ["b", "a"]}})["spec"] == {"tags": ["b", "a"]}
    assert widgets.refused("patch", {"spec": {"tags": ["a"]}}, patch_type="merge")["code"] == 422


def test_durations_and_times_are_values_of_their_own():
    fields = {"d": {**STRING, "format": "duration"}, "t": {**STRING, "format": "date-time"}}
    check = ruled("self.d > duration('1h') && self.t.getFullYear() == 2024", fields)
    assert check({"d": "2h", "t": "2024-01-01T00:00:00Z"}) == []
    assert check({"d": "2m", "t": "2024-01-01T00:00:00Z"}) != []


def test_errors_of_the_schema_keep_rules_from_being_looked_at():
    told = ruled("self.n < 3", {"n": INTEGER})({"n": "x"})
    assert told == [
        'spec.n: Invalid value: "string": spec.n in body must be of type integer: "string"',
        f"<nil>: Invalid value: null: {NOT_CHECKED}",
    ]


def test_what_broke_a_rule_before_may_stay():
    widgets = Widgets(spec({"n": INTEGER, "s": STRING}))
    widgets.do("create", widget({"n": 5, "s": "a"}))
    schema = widgets.definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    n = schema["properties"]["spec"]["properties"]["n"]
    schema["properties"]["spec"]["properties"]["n"] = {
        **n, "x-kubernetes-validations": [{"rule": "self < 3"}]}  # fmt: skip
    assert widgets.merge({"spec": {"s": "b"}})["spec"] == {"n": 5, "s": "b"}
    assert widgets.refused("patch", {"spec": {"n": 6}}, patch_type="merge")["code"] == 422


@pytest.mark.parametrize(
    "expression",
    [
        "quantity('1000m') == quantity('1') && quantity('1Gi').isGreaterThan(quantity('1G'))",
        "quantity('1').add(quantity('500m')).sub(1).compareTo(quantity('0.5')) == 0",
        "isQuantity('1k') && !isQuantity('x') && quantity('2').asInteger() == 2",
        "ip('10.0.0.1').family() == 4 && isIP('::1') && !isIP('1')",
        "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').prefixLength() == 8",
        "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && isCIDR('::/0')",
        "url('https://a.b:80/c?d=e').getHostname() == 'a.b' && isURL('/x')",
        "url('https://a.b:80/c').getPort() == '80'",
        "semver('1.2.3-rc.1').isLessThan(semver('1.2.3')) && semver('1.10.0').minor() == 10",
        "isSemver('v1.2', true) && !isSemver('v1.2')",
        "[1, 2, 3].sum() == 6 && [1, 2].isSorted() && [3, 1].min() == 1",
        "sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])",
        "'a,b'.split(',').size() == 2 && 'A'.lowerAscii() == 'a'",
        "self.?b.orValue(3) == 3 && self.a == 1.0",
    ],
)
def test_kubernetes_functions_are_there(expression):
    assert evaluate(expression, {"a": 1}) is True
