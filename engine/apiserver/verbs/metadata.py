"""Metadata of written objects: what the server sets, keeps and refuses, whatever the kind.

Source: k8s.io/apiserver pkg/registry/rest/meta.go, create.go and update.go, pkg/endpoints/handlers/
rest.go (checkName, dedupOwnerReferences), v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Choices, Object, Write
from engine.model.timestamp import format_seconds

_SYSTEM_FIELDS = frozenset({
    "creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink",
})  # fmt: skip
"""What WipeObjectMetaSystemFields takes out of an object that is to be created."""

GENERATED_NAME_BYTES = 63
GENERATED_SUFFIX_BYTES = 5
"""apiserver pkg/storage/names/generate.go: the prefix is cut so that the whole stays in 63."""


def metadata_of(obj: Object) -> Object:
    """The metadata of an object; empty if it has none."""
    metadata = obj.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def with_metadata(obj: Object, metadata: Object) -> Object:
    """The object with other metadata, in the place where they were."""
    return {**obj, "metadata": metadata}


def wiped(obj: Object) -> Object:
    """The object without what only the server may set."""
    metadata = metadata_of(obj)
    if _SYSTEM_FIELDS.isdisjoint(metadata) and metadata:
        return obj
    return with_metadata(obj, {k: v for k, v in metadata.items() if k not in _SYSTEM_FIELDS})


def placed(write: Write, obj: Object) -> Object:
    """The object in the namespace of the request; refused if it names another.

    EnsureObjectNamespaceMatchesRequestNamespace: objects of the cluster lose theirs.
    """
    metadata = metadata_of(obj)
    expected = write.namespace if write.resource.namespaced else ""
    named = metadata.get("namespace") or ""
    if named == expected:
        return obj
    if not named or not expected:
        rest = {k: v for k, v in metadata.items() if k != "namespace"}
        return with_metadata(obj, {**rest, "namespace": expected} if expected else rest)
    raise status.bad_request(
        "the namespace of the provided object does not match the namespace sent on the request"
    )


def check_name(write: Write, obj: Object) -> None:
    """Refuse an object whose name is not the one in the URL."""
    name = metadata_of(obj).get("name") or ""
    if not name and not write.accepted:
        raise status.bad_request(
            f"the name of the object ({write.name} based on URL) was undeterminable: "
            "name must be provided"
        )
    if name and name != write.name:
        raise status.bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({write.name})"
        )


def named_and_born(write: Write, choices: Choices, obj: Object) -> Object:
    """A new object with uid, time of creation and, where it is to be generated, its name."""
    metadata = dict(metadata_of(obj))
    uid, born = choices.uid(write), choices.born(write)
    if uid:
        metadata["uid"] = uid
    if born:
        metadata["creationTimestamp"] = format_seconds(born)
    if not metadata.get("name") and metadata.get("generateName"):
        prefix = metadata["generateName"][: GENERATED_NAME_BYTES - GENERATED_SUFFIX_BYTES]
        name = choices.name(write, prefix)
        if name:
            metadata["name"] = name
    return with_metadata(obj, metadata)


def with_owners_once(obj: Object) -> Object:
    """The object without owner references that it repeats.

    Kubernetes does this a second time after admission, for webhooks: no plugin here adds any.
    """
    owners = metadata_of(obj).get("ownerReferences")
    if not owners or len(owners) < 2:
        return obj
    unique: list[Any] = []
    for owner in owners:
        if owner not in unique:
            unique.append(owner)
    if len(unique) == len(owners):
        return obj
    return with_metadata(obj, {**metadata_of(obj), "ownerReferences": unique})
