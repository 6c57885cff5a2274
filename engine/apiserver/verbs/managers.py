"""The field manager's part in a write: who owns what, and server-side apply.

Source: k8s.io/apiserver pkg/endpoints/handlers/create.go, update.go and patch.go;
pkg/endpoints/handlers/fieldmanager/equality.go (IgnoreManagedFieldsTimestampsTransformer), v1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.apiserver.managedfields import manager
from engine.apiserver.managedfields.conflicts import ApplyError, ConflictError, InternalApplyError
from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.kinds import KindRules
from engine.apiserver.managedfields.objects import empty_of
from engine.apiserver.patch.merge_patch import json_type
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.metadata import metadata_of, with_metadata
from engine.model.timestamp import format_seconds


def update(live: Object | None, obj: Object, write: Write, kind: KindRules | None) -> Object:
    """The object with the managers that its fields have after a create, an update or a patch."""
    given = metadata_of(write.body).get("managedFields") if write.verb == "update" else None
    fits = live is not None and write.known is not None
    return manager.update(live, obj, writer(write), kind, reset=given == [], fits=fits)


def apply(live: Object | None, write: Write, kind: KindRules | None) -> Object:
    """What applying a configuration makes of an object; RefusedError for conflicts."""
    resource = write.resource
    before = empty_of(resource.api_version, resource.kind) if live is None else live
    configuration = applied(write)
    with refusals():
        return manager.apply(before, configuration, writer(write), bool(write.force), kind)


def applied(write: Write) -> Object:
    """The configuration that is applied; RefusedError if it is no object. Nothing is an empty one.

    Source: k8s.io/apimachinery pkg/util/yaml (Unmarshal) over sigs.k8s.io/yaml.
    """
    if write.body is None or isinstance(write.body, dict):
        return write.body or {}
    raise status.bad_request(
        "error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot "
        f"unmarshal {json_type(write.body)} into Go value of type map[string]interface {{}}"
    )


@contextmanager
def refusals() -> Iterator[None]:
    """What the field manager refuses, as the API server answers it: RefusedError."""
    try:
        yield
    except ConflictError as error:
        raise status.apply_conflict(str(error), error.causes) from None
    except InternalApplyError as error:
        raise status.internal(str(error)) from None
    except ApplyError as error:
        raise status.bad_request(str(error)) from None


def without_mere_times(obj: Object, before: Object) -> Object:
    """The object with the managedFields of before, if it differs in nothing but their times."""
    new, old = metadata_of(obj).get("managedFields"), metadata_of(before).get("managedFields")
    if new is old or not new or not old:
        return obj
    with_old = with_metadata(obj, {**metadata_of(obj), "managedFields": old})
    # Most writes change something else, which is found out sooner than what the times differ in.
    if with_old != before or new == old or not _same_but_times(new, old):
        return obj
    return with_old


def _same_but_times(new: list[Any], old: list[Any]) -> bool:
    """Whether the entries are the same, one by one, whatever their times."""
    return len(new) == len(old) and all(
        # Entries that a write leaves alone are the same objects.
        one is other or {**one, "time": None} == {**other, "time": None}
        for one, other in zip(new, old, strict=True)
    )


def writer(write: Write) -> Writer:
    """Who writes what is written."""
    return Writer(write.manager, format_seconds(write.now_seconds), write.subresource)
