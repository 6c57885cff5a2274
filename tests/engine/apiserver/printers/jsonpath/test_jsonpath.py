"""The dialect of kubectl; most templates are from its reference page and its own tests."""

import pytest

from engine.apiserver.printers.jsonpath.evaluate import JSONPath
from engine.apiserver.printers.jsonpath.nodes import JSONPathError
from engine.apiserver.printers.jsonpath.output import render

DATA = {
    "kind": "List",
    "items": [
        {
            "kind": "None",
            "metadata": {"name": "127.0.0.1", "labels": {"kubernetes.io/hostname": "127.0.0.1"}},
            "status": {"capacity": {"cpu": "4"}, "addresses": [{"type": "IP", "a": "127.0.0.1"}]},
        },
        {
            "kind": "None",
            "metadata": {"name": "127.0.0.2"},
            "status": {
                "capacity": {"cpu": "8"},
                "addresses": [{"type": "IP", "a": "127.0.0.2"}, {"type": "other", "a": "x"}],
                "count": 3,
                "ready": True,
                "ratio": 0.5,
                "nothing": None,
            },
        },
    ],
    "users": [{"name": "myself", "user": {}}, {"name": "e2e", "user": {"name": "admin"}}],
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("kind is {.kind}", "kind is List"),
        ("{['kind']}", "List"),
        ("{@.kind}{$.kind}{.kind}", "ListListList"),
        ("{.items[*].metadata.name}", "127.0.0.1 127.0.0.2"),
        ("{.items[0].metadata.name}", "127.0.0.1"),
        ("{.items[-1].metadata.name}", "127.0.0.2"),
        ("{.items[0:1].metadata.name}", "127.0.0.1"),
        ("{.items[:].metadata.name}", "127.0.0.1 127.0.0.2"),
        ("{.items[0:-1].metadata.name}", "127.0.0.1"),
        ("{.items[0:2:2].metadata.name}", "127.0.0.1"),
        ("{.items[1:1].metadata.name}", ""),
        ("{.items[0,1].metadata.name}", "127.0.0.1 127.0.0.2"),
        ("{.items[*]['metadata.name','status.capacity']}",
         '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}'),
        ("{..cpu}", "4 8"),
        ("{.items[*].status.capacity.*}", "4 8"),
        ('{.users[?(@.name=="e2e")].user.name}', "admin"),
        ("{.users[?(@.name=='e2e')].user.name}", "admin"),
        ("{.users[?(@.user.name)].name}", "e2e"),
        ("{.items[?(@.status.count>2)].metadata.name}", "127.0.0.2"),
        ("{.items[?(@.status.count<=2)].metadata.name}", ""),
        ("{.items[?(@.status.ready==true)].metadata.name}", "127.0.0.2"),
        ("{.items[?(@.status.ratio!=0.25)].metadata.name}", "127.0.0.2"),
        ('{.items[*].status.addresses[?(@.type!="IP")].a}', "x"),
        (r"{.items[0].metadata.labels.kubernetes\.io/hostname}", "127.0.0.1"),
        (r"{.items[0].metadata.labels['kubernetes\.io/hostname']}", "127.0.0.1"),
        ('{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}',
         '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] '),
        ('{range .items[*]}{.metadata.name}{"\\t"}{end}{"\\n"}', "127.0.0.1\t127.0.0.2\t\n"),
        ("{range .items[*]}{range .status.addresses[*]}{.a};{end}|{end}done",
         "127.0.0.1;|127.0.0.2;x;|done"),
        ("{range .nothing[*]}never{end}after", "after"),
        ("{range .users[*]}{.name} ", "myself e2e "),
        ("{.missing}", ""),
        ("{.items[1].status.nothing}", "null"),
        ("{.items[1].status.ready} {.items[1].status.ratio}", "true 0.5"),
        ('{"quote \\" and \\u00e9"}{\'it\\\'s\'}', 'quote " and éit\'s'),
        ("no braces", "no braces"),
        ("{.users[0]}", '{"name":"myself","user":{}}'),
    ],
)  # fmt: skip
def test_a_template_prints_what_kubectl_does(template, text):
    assert render(JSONPath(template), DATA) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.items[", "unterminated array"),
        ("{.items", "unclosed action"),
        ("{items}", "unrecognized identifier"),
        ("{.a[x]}", "invalid array index"),
        ("{.a[]}", "not a number"),
        ("{....a}", "multiple recursive descent"),
        ('{"abc}', "unterminated quoted string"),
        ('{"\\q"}', "invalid escape"),
        ("{.a[?(@.b==1)}", "expected ']'"),
        ("{.a[?(@.b==1", "unterminated filter"),
        ("{.a[?(@.b<>1)]}", "unrecognized filter operator"),
        ("{1.2.3}", "cannot parse number"),
        ("{.a}{end}", "nothing to end"),
        ("{#}", "unrecognized character"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused_with_the_reason(template, message):
    with pytest.raises(JSONPathError, match=message):
        JSONPath(template)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.items[5]}", "index 5, length 2"),
        ("{.items[-3]}", "index -1, length 2"),
        ("{.items[0:2:0]}", "step must be > 0"),
        ("{.kind[0]}", "not an array"),
        ("{.kind[?(@.a)]}", "cannot be filtered"),
        ("{.items[?(@.status.count=='3')]}", "incompatible types"),
        ("{.items[?(@.status==1)]}", "incompatible types"),
        ("{.items[?(@.status.addresses[*].type=='IP')]}", "one element at a time"),
        ("{.items[?(@.status.ready<true)]}", "invalid type"),
    ],
)
def test_a_template_that_does_not_go_with_the_object_says_why(template, message):
    with pytest.raises(JSONPathError, match=message):
        JSONPath(template).find(DATA)


def test_a_deeply_nested_object_is_walked_through():
    value = {"name": "x"}
    for _ in range(50_000):
        value = {"a": value}
    assert JSONPath("{..name}").find(value) == [["x"]]
