import pytest

from ingest.bodies import (
    delete_options,
    items_of,
    metadata_of,
    parsed,
    part,
    revision_of,
    seen,
    usable,
)

BROKEN = ["", "null", "[1]", '"text"', "{", '{"metadata": null}', '{"metadata": [1]}',
          '{"metadata": {"uid": 3, "finalizers": "x"}}', '{"items": {}}', '{"items": [1, null]}',
          '"\\ud800"', '{"x": ' + "[" * 100_000]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_body_of_any_form_reads_without_failing(text):
    assert isinstance(parsed(text), dict)
    assert isinstance(metadata_of(parsed(text)), dict)
    assert items_of(text) == []
    assert seen(text).metadata.uid is None
    assert usable(text) is None


def test_a_path_through_something_else_leads_nowhere():
    assert part({"a": {"b": [1]}}, "a", "b", "c") == {}
    assert part({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}


@pytest.mark.parametrize("spelled", [7, None, "", "-7", "7.0", "٧", "0x7", "9" * 30])
def test_only_decimal_digits_are_a_revision(spelled):
    assert revision_of(spelled) is None


def test_a_revision_is_its_digits():
    assert revision_of("685") == 685


@pytest.mark.parametrize(
    "text",
    [
        '{"metadata": {"name": "a", "managedFields": [{"time": "yesterday"}]}}',
        '{"metadata": {"name": "a", "generation": "2"}}',
        '{"metadata": {"name": "a", "labels": ["x"]}}',
        '{"metadata": {"name": 1}}',
    ],
)
def test_rules_are_not_let_loose_on_an_object_of_another_form(text):
    assert usable(text) is None


def test_a_pod_needs_a_spec_to_be_usable_and_others_do_not():
    text = '{"metadata": {"name": "a"}}'
    assert usable(text) == {"metadata": {"name": "a"}}
    assert usable(text, pod=True) is None


def test_options_of_another_form_are_the_defaults():
    assert delete_options([1]).grace_period_seconds is None
    assert delete_options({"gracePeriodSeconds": 0}).grace_period_seconds == 0
