"""An object leaves the store, and what the registry takes along with it."""

from __future__ import annotations

from engine.apiserver.server.backing import Backing
from engine.apiserver.server.own_writes import after_storing
from engine.apiserver.verbs.contract import Object, Write


def remove(backing: Backing, write: Write, obj: Object) -> Object:
    """The object as it was last, under the revision of its removal."""
    resource = write.resource
    key = backing.key_of(resource, obj)
    gone = backing.store.delete(key).object
    if (resource.group, resource.name) == ("", "services"):
        # The registry deletes the Endpoints itself: no request, no line in the log
        # (pkg/registry/core/service/storage/storage.go, afterDelete, v1.36).
        endpoints = key._replace(resource="/endpoints")
        if backing.store.get(endpoints) is not None:
            backing.store.delete(endpoints)
        after_storing(backing, write, None, obj)
    return gone
