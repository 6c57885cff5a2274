"""Objects that others name: all that a log which begins late shows of what was never written in it.

A pod names its node, an object its owners and its namespace. What is named and was never shown is
known to exist from then on, by name and perhaps uid, and no more: a partial version, first seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from engine.schema.resources import catalog
from ingest.bodies import UNREADABLE
from ingest.requests import ObjectKey
from ingest.version import Version

MANY = frozenset({("", "pods"), ("", "events")})
"""Resources of which a log shows the most objects, and which own next to nothing: whether one of
them was shown before is not remembered, and they are not looked for as owners."""

NODES = ("", "nodes")

BEGINNING = 10
"""A log whose first revision is at most this began with the cluster (etcd counts from 1): what it
never showed was never there, whatever names it."""


class _Owner(msgspec.Struct, rename="camel"):
    api_version: str = ""
    kind: str = ""
    name: str = ""
    uid: str | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    owner_references: list[_Owner] | None = None


class _Spec(msgspec.Struct, rename="camel"):
    node_name: str | None = None


class _Body(msgspec.Struct):
    metadata: _Metadata | None = None
    spec: _Spec | None = None


_decode = msgspec.json.Decoder(_Body).decode


@dataclass(slots=True)
class Mentions:
    """Follows the versions in their final order."""

    _begins_late: bool | None = None
    _shown: set[ObjectKey] = field(default_factory=set)
    _resources: dict[tuple[str, str], str] = field(default_factory=dict)

    def with_named(self, version: Version) -> list[Version]:
        """The version, after those of objects that it is the first to name."""
        if self._begins_late is None and version.rv is not None and not version.store:
            self._begins_late = version.rv > BEGINNING
        if self._begins_late is False:
            return [version]
        key = version.key
        is_first = self._show(key) if key[:2] not in MANY else version.change != "updated"
        binds = version.step.request.subresource == "binding"
        if version.type == "PUT" and (is_first or binds):
            self._resources.setdefault((key.group, version.kind), key.resource)
            return [*self._named(version), version]
        return [version]

    def _show(self, key: ObjectKey) -> bool:
        """Remember an object; whether it is new."""
        before = len(self._shown)
        self._shown.add(key)
        return len(self._shown) > before

    def _named(self, version: Version) -> Iterator[Version]:
        key, body = version.key, _body(version)
        if key.namespace:
            yield from self._mention(version, ObjectKey("", "namespaces", "", key.namespace))
        node = body.spec.node_name if body.spec is not None else None
        if node and key[:2] == ("", "pods"):
            yield from self._mention(version, ObjectKey(*NODES, "", node))
        owners = body.metadata.owner_references if body.metadata is not None else None
        for owner in owners or ():
            owner_key = self._key_of(owner, key.namespace)
            if owner_key is not None:
                yield from self._mention(version, owner_key, owner)

    def _key_of(self, owner: _Owner, namespace: str) -> ObjectKey | None:
        """Where an owner lives; None if it cannot be told, or is not remembered."""
        group = owner.api_version.rpartition("/")[0]
        resource = catalog().by_kind(group, owner.kind)
        if resource is None:
            plural = self._resources.get((group, owner.kind))
            return ObjectKey(group, plural, namespace, owner.name) if plural else None
        if (group, resource.name) in MANY or not owner.name:
            return None
        return ObjectKey(group, resource.name, namespace * resource.namespaced, owner.name)

    def _mention(
        self, version: Version, key: ObjectKey, owner: _Owner | None = None
    ) -> Iterator[Version]:
        if not self._show(key):
            return
        resource = catalog().by_name(key.group, key.resource)
        api_version, kind = (resource.api_version, resource.kind) if resource else ("", "")
        if owner is not None:
            api_version, kind = owner.api_version, owner.kind
        yield Version(
            key=key,
            step=version.step,
            type="PUT",
            change="seen",
            known="partial",
            api_version=api_version,
            kind=kind,
            uid=owner.uid if owner is not None else None,
            body=None,
            rv=None,
            lower=version.lower,
            upper=version.upper,
            inferred=True,
        )


def _body(version: Version) -> _Body:
    text = version.body or "{}"
    if '"ownerReferences"' not in text and '"nodeName"' not in text:
        return _Body()  # as of almost every Event
    try:
        return _decode(text)
    except UNREADABLE:
        return _Body()
