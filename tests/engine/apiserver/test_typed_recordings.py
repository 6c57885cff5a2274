"""Held against every object that recorded clusters stored: each is in its typed form already."""

import json

import pyarrow as pa
import pytest

from engine.apiserver.conversion import convert
from engine.apiserver.typed_form import type_name, typed_form
from tests import recordings


def stored(name):
    path = recordings.folder(name) / "history.jsonl.zst"
    with pa.input_stream(str(path), compression="zstd") as stream:
        for line in stream.read().splitlines():
            value = json.loads(line).get("value")
            if isinstance(value, dict) and type_name(value.get("apiVersion"), value.get("kind")):
                yield value


@pytest.mark.parametrize("name", recordings.each(*recordings.ALL))
def test_stored_objects_are_what_their_types_hold(name):
    assert [value for value in stored(name) if typed_form(value) != value] == []


@pytest.mark.parametrize("name", recordings.each(*recordings.ALL))
def test_stored_objects_have_come_through_the_internal_types(name):
    for value in stored(name):
        form = typed_form(value)
        convert(form)
        assert form == value
