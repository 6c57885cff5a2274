"""Held against the recording of a real cluster: every write of widgets.example.com in it."""

import json
from datetime import datetime

import pyarrow as pa
import pytest

from engine.apiserver.admission.chain import Chain
from engine.apiserver.custom.rules import CustomRules
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import User, Write
from engine.apiserver.verbs.create import create
from engine.apiserver.verbs.status import RefusedError
from engine.apiserver.verbs.update import patch, update
from engine.schema.custom import custom_resources
from tests import recordings
from tests.engine.apiserver.custom.widgets import Nothing

WRITES = ("create", "update", "patch")


class Recorded(Nothing):
    """What the server chose is in its answer."""

    def __init__(self, answer):
        self.metadata = answer.get("metadata") or {}

    def uid(self, _):
        return self.metadata.get("uid", "")

    def born(self, _):
        born = self.metadata.get("creationTimestamp")
        return int(datetime.fromisoformat(born).timestamp()) if born else 0


def lines(path):
    with pa.input_stream(str(path), compression="zstd") as stream:
        yield from map(json.loads, stream.read().splitlines())


def writes():
    """(event, definition at that time), in the order of the log."""
    definition = None
    for path in sorted(recordings.folder("api").glob("audit*.jsonl.zst")):
        for event in lines(path):
            about, answer = event.get("objectRef") or {}, event.get("responseObject") or {}
            if about.get("resource") == "customresourcedefinitions":
                if answer.get("kind") == "CustomResourceDefinition":
                    definition = answer
            elif about.get("resource") == "widgets" and event["verb"] in WRITES:
                yield event, definition


def patch_type(body, uri):
    if isinstance(body, list):
        return "json"
    return "apply" if "fieldManager" in uri else "merge"


def write_of(event, resource, body):
    about, uri = event["objectRef"], event["requestURI"]
    seconds = datetime.fromisoformat(event["requestReceivedTimestamp"]).timestamp()
    query = dict(part.split("=") for part in uri.partition("?")[2].split("&") if part)
    kind = patch_type(body, uri) if event["verb"] == "patch" else ""
    return Write(
        event["verb"],
        resource,
        body,
        int(seconds * 1_000_000),
        about.get("namespace", ""),
        about.get("name", ""),
        about.get("subresource", ""),
        kind,
        manager=query.get("fieldManager", "platform-tools"),
        force="force" in query,
        user=User("alice"),
        validation=query.get("fieldValidation", "Warn"),
    )


def stored():
    """What etcd stored, by revision."""
    history = recordings.folder("api") / "history.jsonl.zst"
    return {line["rev"]: line.get("value") for line in lines(history) if "/widgets/" in line["key"]}


def of_revision(obj, answer):
    metadata = {**obj["metadata"], "resourceVersion": answer["metadata"]["resourceVersion"]}
    return {**obj, "metadata": metadata}


def made_of(write, definition, answer, before):
    """What we store, or the Status with which we refuse."""
    context = Context(Recorded(answer), Recorded(answer), CustomRules(definition, "v1"), Chain())
    try:
        if write.verb == "create":
            return create(write, context)
        return (update if write.verb == "update" else patch)(write, before, context)
    except RefusedError as refused:
        return refused.status()


@pytest.fixture(scope="module")
def results():
    """(URI, what we made, what was stored or answered)."""
    etcd, kept, found = stored(), {}, []
    for event, definition in writes():
        answer, body = event["responseObject"], event.get("requestObject")
        done, code = event["responseStatus"]["code"] < 300, event["responseStatus"]["code"]
        if body is None:
            continue
        name = event["objectRef"].get("name") or body["metadata"]["name"]
        if event["objectRef"].get("subresource") != "scale" and code != 415:
            write = write_of(event, custom_resources([definition])[0], body)
            made = made_of(write, definition, answer, kept.get(name))
            theirs = answer
            if done:
                made = of_revision(made, answer)
                theirs = of_revision(etcd[int(answer["metadata"]["resourceVersion"])], answer)
            found.append((event["requestURI"], made, theirs))
        if done:
            kept[name] = of_revision(etcd[int(answer["metadata"]["resourceVersion"])], answer)
    return found


def test_what_is_stored_is_what_the_recorded_etcd_stored(results):
    done = [each for each in results if each[2]["kind"] == "Widget"]
    assert len(done) > 25
    assert [each for each in done if timeless(each[1]) != timeless(each[2])] == []


def test_what_is_refused_is_refused_in_the_recorded_clusters_words(results):
    refused = [each for each in results if each[2]["kind"] == "Status"]
    assert len(refused) >= 8
    assert [each for each in refused if each[1] != each[2]] == []


def timeless(obj):
    """The managers' times are those of the server's clock, a moment after the request came."""
    metadata = obj["metadata"]
    managers = [{**each, "time": ""} for each in metadata.get("managedFields") or ()]
    managers.sort(key=lambda each: json.dumps(each, sort_keys=True))
    return {**obj, "metadata": {**metadata, "managedFields": managers}}
