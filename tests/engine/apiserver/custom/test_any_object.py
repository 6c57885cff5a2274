"""Whatever a schema and an object look like, a write is stored or refused; nothing breaks."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.apiserver.verbs.status import RefusedError
from tests.engine.apiserver.custom.widgets import Widgets, widget

LEAVES = st.sampled_from([None, True, 0, -1, 2**70, 1.5, 2.0, "", "a", "1h", "10.0.0.1", "\ud800"])
NAMES = st.sampled_from(["a", "b", "in", "a-b", "metadata", "kind", "apiVersion", "x.y/z"])
VALUES = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3),
    max_leaves=8,
)  # fmt: skip
RULES = st.sampled_from(
    ["self.a == 1", "has(self.b)", "self == oldSelf", "size(self) > 0", "self +"]
)
FLAGS = {
    "nullable": st.booleans(),
    "x-kubernetes-preserve-unknown-fields": st.just(True),
    "x-kubernetes-embedded-resource": st.just(True),
    "x-kubernetes-int-or-string": st.just(True),
    "x-kubernetes-list-type": st.sampled_from(["set", "map", "atomic", 1]),
    "x-kubernetes-list-map-keys": st.just(["a"]) | st.just("a"),
    "x-kubernetes-validations": st.lists(st.fixed_dictionaries({"rule": RULES}), max_size=2),
    "type": st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "x", 1]),
    "format": st.sampled_from(["date", "duration", "int32", "byte", "hostname", "x", 3]),
    "default": VALUES,
    "enum": st.lists(VALUES, max_size=2) | LEAVES,
    "pattern": st.sampled_from(["^a$", "(", "", 1]),
    "minimum": LEAVES,
    "maximum": LEAVES,
    "multipleOf": LEAVES,
    "maxLength": LEAVES,
    "minItems": LEAVES,
    "maxProperties": LEAVES,
    "required": st.just(["a"]) | LEAVES,
}


def nested(below):
    return st.fixed_dictionaries(
        {},
        optional={
            **FLAGS,
            "properties": st.dictionaries(NAMES, below, max_size=3) | LEAVES,
            "items": below | LEAVES,
            "additionalProperties": below | LEAVES,
            "allOf": st.lists(below, max_size=2),
            "anyOf": st.lists(below, max_size=2),
            "oneOf": st.lists(below, max_size=2),
            "not": below,
        },
    )


SCHEMAS = st.recursive(st.fixed_dictionaries({}, optional=FLAGS), nested, max_leaves=6)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schema=SCHEMAS, created=VALUES, patched=VALUES, whole=st.booleans())
def test_any_write_is_stored_or_refused(schema, created, patched, whole):
    root = schema if whole else {"type": "object", "properties": {"spec": schema}}
    widgets = Widgets(root, status={})
    for verb, body in (("create", widget(created)), ("patch", {"spec": patched})):
        try:
            widgets.do(verb, body, patch_type="merge" if verb == "patch" else "")
        except RefusedError:
            if verb == "create":
                return
