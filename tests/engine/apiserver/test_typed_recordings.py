"""Held against recorded clusters: what they stored, and what they made of what was sent to them."""

import json

import pyarrow as pa
import pytest

from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.typed_form import type_name, typed_form
from tests import recordings

# What the server sets itself; the strategy of DaemonSets counts from 1 what a client need not send.
NOT_FROM_THE_REQUEST = {
    *("creationTimestamp", "uid", "resourceVersion", "managedFields", "status"),
    "deprecated.daemonset.template.generation",
}


def lines(path):
    with pa.input_stream(str(path), compression="zstd") as stream:
        yield from map(json.loads, stream.read().splitlines())


def is_typed(obj):
    return isinstance(obj, dict) and type_name(obj.get("apiVersion"), obj.get("kind")) is not None


def stored(name):
    for line in lines(recordings.folder(name) / "history.jsonl.zst"):
        if is_typed(value := line.get("value")):
            yield value


def created(name):
    for path in sorted(recordings.folder(name).glob("audit*.jsonl.zst")):
        for event in lines(path):
            sent, answer = event.get("requestObject"), event.get("responseObject")
            if (
                event["verb"] == "create"
                and event["responseStatus"].get("code") == 201
                and "subresource" not in event["objectRef"]
                and is_typed(sent)
                and answer is not None
            ):
                yield sent, answer


def lost(ours, theirs, path=""):
    """Where the answer has not what we made of the request; it may have more, at the ends."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() - NOT_FROM_THE_REQUEST:
            yield from lost(ours[key], theirs.get(key), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) <= len(theirs):
        for index, pair in enumerate(zip(ours, theirs, strict=False)):
            yield from lost(*pair, f"{path}[{index}]")
    elif ours != theirs:
        yield path, ours, theirs


@pytest.mark.parametrize("name", recordings.each(*recordings.ALL))
def test_stored_objects_are_what_their_types_hold(name):
    assert [value for value in stored(name) if typed_form(value) != value] == []


@pytest.mark.parametrize("name", recordings.each(*recordings.ALL))
def test_stored_objects_have_come_through_the_internal_types(name):
    for value in stored(name):
        form = typed_form(value)
        convert(form)
        assert form == value


@pytest.mark.parametrize("name", recordings.each(*recordings.ALL))
def test_what_is_created_is_answered_as_its_type_has_it(name):
    for sent, answer in created(name):
        form = typed_form(sent)
        apply_defaults(form)
        convert(form)
        assert list(lost(form, answer)) == []
