import pytest

from engine.apiserver.managedfields.elements import (
    ElementError,
    canonical,
    display,
    item,
    json_text,
    key,
    order,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("f:name", "f:name"),
        ('f:with space and "', 'f:with space and "'),
        ('k:{"protocol": "TCP", "port": 80}', 'k:{"port":80,"protocol":"TCP"}'),
        ('k:{"port":80.0}', 'k:{"port":80}'),
        ('v:"a<b"', 'v:"a\\u003cb"'),
        ("v: 1", "v:1"),
        ("i:007", "i:7"),
    ],
)
def test_an_element_is_spelled_as_kubernetes_spells_it(written, expected):
    assert canonical(written) == expected


def test_an_element_of_an_unknown_type_is_passed_over():
    assert canonical("x:later") is None


@pytest.mark.parametrize("text", ["", "f", "name", "k:name", "k:{", "v:{", "i:one"])
def test_what_is_no_element_is_refused(text):
    with pytest.raises(ElementError):
        canonical(text)


def test_fields_come_before_keys_before_values_before_indices():
    texts = ["i:0", 'v:"a"', 'k:{"name":"b"}', "f:z", "f:a", 'k:{"name":"a"}']
    assert sorted(texts, key=order) == [
        "f:a", "f:z", 'k:{"name":"a"}', 'k:{"name":"b"}', 'v:"a"', "i:0"
    ]  # fmt: skip


def test_numbers_are_ordered_as_numbers_and_before_texts():
    texts = ['k:{"port":"1"}', 'k:{"port":443}', 'k:{"port":80}']
    assert sorted(texts, key=order) == ['k:{"port":80}', 'k:{"port":443}', 'k:{"port":"1"}']


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ("f:spec", ".spec"),
        (key([("name", "a"), ("on", True)]), '[name="a",on=true]'),
        (item("x"), '[="x"]'),
        ('k:{"port":1000000}', "[port=1e+06]"),
        ("v:12345678", "[=1.2345678e+07]"),
        ("v:0.00001", "[=1e-05]"),
        ("v:1.5", "[=1.5]"),
        ("i:3", "[3]"),
    ],
)
def test_an_element_is_shown_as_messages_show_it(element, shown):
    assert display(element) == shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (1.5, "1.5"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (1.25e300, "1.25e+300"),
        (0.000015, "0.000015"),
        (2.0, "2"),
        ({"b": [1, "\t"], "a": "\x01&"}, '{"a":"\\u0001\\u0026","b":[1,"\\t"]}'),
    ],
)
def test_json_is_written_as_go_writes_it(value, text):
    assert json_text(value) == text
