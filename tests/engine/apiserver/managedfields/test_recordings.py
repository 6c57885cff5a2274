"""Held against a real cluster: who owned what after each write that it stored."""

import json
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pytest

from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.managedfields.conflicts import ApplyError, ConflictError
from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.kinds import custom_rules
from engine.apiserver.managedfields.manager import apply, update
from engine.apiserver.managedfields.versions import converted
from engine.apiserver.scale import manager_of
from engine.apiserver.storage_form import as_read
from engine.apiserver.typed_form import typed_form
from tests import recordings

# What the stored version does not show: fields that the strategy sets after the field manager saw
# the object, or drops again (pkg/registry/*/*/strategy.go); defaults of custom resources; versions
# of definitions, which are stored as v1beta1.
CHANGED_AFTERWARDS = {
    "PersistentVolume",
    "DaemonSet",
    "Service",
    "Widget",
    "CustomResourceDefinition",
}


def lines(path):
    with pa.input_stream(str(path), compression="zstd") as stream:
        yield from map(json.loads, stream.read().splitlines())


def defaulted(obj):
    found = typed_form(obj)
    apply_defaults(found)
    return found


def managers(obj):
    return obj["metadata"].get("managedFields", [])


def identity(entry):
    return tuple(entry.get(key) for key in ("manager", "operation", "apiVersion", "subresource"))


def created(name):
    """(what was sent, by whom, what was answered) of each create."""
    for event in lines(recordings.folder(name) / "audit.jsonl.zst"):
        sent, answer = event.get("requestObject"), event.get("responseObject")
        if (
            event["verb"] == "create"
            and event["responseStatus"].get("code") == 201
            and "subresource" not in event["objectRef"]
            and sent is not None
            and sent["kind"] != "Widget"
            and managers(answer or {"metadata": {}})
        ):
            query = parse_qs(urlsplit(event["requestURI"]).query)
            named = query.get("fieldManager", [""])[0]
            yield sent, manager_of(named, event["userAgent"]), answer


@pytest.mark.parametrize("name", recordings.each("rollout", "api", "batch", "stateful"))
def test_creates_are_owned_as_the_cluster_said(name):
    count = 0
    for sent, manager, answer in created(name):
        writer = Writer(manager, managers(answer)[0]["time"])
        assert managers(update(None, defaulted(sent), writer)) == managers(answer), sent
        count += 1
    assert count > 400


def successive(name):
    """(before, after, the entry that the write changed) of updates of tracked objects."""
    latest = {}
    for line in lines(recordings.folder(name) / "history.jsonl.zst"):
        after, before = line.get("value"), latest.get(line["key"])
        known = isinstance(after, dict) and line["type"] == "PUT" and "uid" in after["metadata"]
        latest[line["key"]] = after if known else None
        if not known or before is None or after["kind"] in CHANGED_AFTERWARDS:
            continue
        held = {identity(entry): entry for entry in managers(before)}
        changed = [entry for entry in managers(after) if held.get(identity(entry)) != entry]
        writers = [e for e in changed if held.get(identity(e), {}).get("time") != e.get("time")]
        if writers and writers[-1]["operation"] == "Update" and writers[-1].get("time"):
            yield before, after, writers[-1]


@pytest.mark.parametrize("name", recordings.each("rollout", "api", "crashes", "pressure"))
def test_updates_move_fields_as_the_cluster_did(name):
    count = 0
    for before, after, entry in successive(name):
        version = entry["apiVersion"]
        metadata = {k: v for k, v in after["metadata"].items() if k != "managedFields"}
        live = converted(as_read(before), version)
        new = converted(as_read({**after, "metadata": metadata}), version)
        writer = Writer(entry["manager"], entry["time"], entry.get("subresource", ""))
        found = managers(update(live, new, writer))
        # Printed, so that the order of entries and of fields counts.
        assert [json.dumps(e["fieldsV1"]) for e in found] == [
            json.dumps(e["fieldsV1"]) for e in managers(after)
        ], after["metadata"]["name"]
        assert found == managers(after)
        count += 1
    assert count > 300


def applied(name):
    """(the request, the versions of its object, the definition of its kind) of each apply."""
    folder = recordings.folder(name)
    versions, definitions = {}, {}
    for line in lines(folder / "history.jsonl.zst"):
        value = line.get("value")
        if line["type"] == "PUT" and isinstance(value, dict) and "uid" in value["metadata"]:
            key = (value["kind"], value["metadata"].get("namespace"), value["metadata"]["name"])
            versions.setdefault(key, []).append((line["rev"], value))
            if value["kind"] == "CustomResourceDefinition":
                definitions[value["spec"]["names"]["kind"]] = value
    for request in lines(folder / "requests.jsonl.zst"):
        body = request.get("body")
        if request.get("contentType") == "application/apply-patch+yaml" and isinstance(body, dict):
            key = (body["kind"], "fuzz", body["metadata"]["name"])
            yield request, versions.get(key, []), definitions.get(body["kind"])


def outcome(live, request, definition):
    """(the object without what is chosen later, its entries without times), or the message."""
    url = urlsplit(request["path"])
    query = parse_qs(url.query)
    last = url.path.rsplit("/", 1)[1]
    subresource = last if last in ("status", "scale") else ""
    writer = Writer(query["fieldManager"][0], "2026-11-21T03:00:00Z", subresource)
    rules = custom_rules(definition) if definition else None
    force = query.get("force") == ["true"]
    try:
        return shown(defaulted(apply(live, request["body"], writer, force, rules)))
    except (ApplyError, ConflictError) as error:
        return str(error)


def shown(obj):
    entries = [{k: v for k, v in entry.items() if k != "time"} for entry in managers(obj)]
    body = {key: value for key, value in obj.items() if key != "metadata"}
    return body, sorted(entries, key=lambda entry: json.dumps(entry, sort_keys=True))


def test_applied_configurations_come_out_as_the_cluster_answered():
    count = 0
    for request, versions, definition in applied("api"):
        body, answer = request["body"], request["response"]
        if "fieldManager" not in request["path"] or "resourceVersion" in body["metadata"]:
            continue  # Refused before the field manager is asked.
        if request["code"] == 201 and definition:
            continue  # The answer has the definition's defaults.
        expected = shown(answer) if request["code"] < 300 else answer["message"]
        # Which version was the live one the record does not say for refusals.
        candidates = [None, *(defaulted(as_read(value)) for _, value in versions)]
        assert expected in [outcome(live, request, definition) for live in candidates], request
        count += 1
    assert count > 60
