"""The scale subresource: an object of another kind, through which replicas are read and written.

Source: pkg/registry/{apps,core}/*/storage/storage.go (ScaleREST), k8s.io/apiextensions-apiserver
pkg/registry/customresource/etcd.go (ScaleREST), pkg/apis/autoscaling/validation, v1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from engine.apiserver.managedfields.entries import EntriesError
from engine.apiserver.managedfields.fieldset import Path as FieldPath
from engine.apiserver.managedfields.scaled import (
    BUILTIN_PATHS,
    replica_path,
    scale_applied,
    scale_updated,
)
from engine.apiserver.server import writing
from engine.apiserver.server.answers import Answer
from engine.apiserver.server.backing import Backing, shown
from engine.apiserver.typed_form import typed_form
from engine.apiserver.validation import field
from engine.apiserver.verbs import managers, status, update
from engine.apiserver.verbs.builtin import BuiltinRules
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.kinds import DEFINITIONS, definition_name
from engine.apiserver.verbs.metadata import metadata_of
from engine.model.requirement import SelectorError
from engine.model.selector import Selector
from engine.schema.resource import Resource

KIND = {"kind": "Scale", "apiVersion": "autoscaling/v1"}

RULES = BuiltinRules(
    Resource(
        group="autoscaling",
        version="v1",
        name="scales",
        kind="Scale",
        singular="scale",
        namespaced=True,
    )
)
"""How the body of such a write is read; what it is allowed to say, `_check` knows."""

_SHOWN_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


@dataclass(frozen=True, slots=True)
class Scaling:
    """Where a kind keeps what its Scale shows, as paths of names; `selector` may be empty.

    `owned` is the replicas' path in managedFields, by API version.
    """

    replicas: tuple[str, ...]
    status: tuple[str, ...]
    selector: tuple[str, ...]
    owned: Mapping[str, FieldPath | None]

    def scale(self, parent: Object) -> Object:
        """The Scale of an object."""
        metadata = metadata_of(parent)
        return typed_form(
            {
                **KIND,
                "metadata": {k: metadata[k] for k in _SHOWN_METADATA if k in metadata},
                "spec": {"replicas": _number(_at(parent, self.replicas))},
                "status": {
                    "replicas": _number(_at(parent, self.status)),
                    "selector": _selector_text(_at(parent, self.selector)),
                },
            }
        )


BUILTIN = Scaling(("spec", "replicas"), ("status", "replicas"), ("spec", "selector"), BUILTIN_PATHS)


def get(backing: Backing, resource: Resource, namespace: str, name: str) -> Object:
    """The Scale of an object; RefusedError if there is none."""
    scaling, rules = scaling_of(backing, resource), backing.rules(resource)
    stored = backing.stored(resource, namespace, name)
    if stored is None:
        raise status.not_found(resource, name)
    return scaling.scale(shown(rules, stored.object))


def change(backing: Backing, write: Write) -> Answer:
    """Update or patch the Scale of an object, which gets the replicas; answers with the Scale."""
    scaling, context = scaling_of(backing, write.resource), backing.context(write.resource)
    stored = backing.stored(write.resource, write.namespace, write.name)
    if stored is None:
        raise status.not_found(write.resource, write.name)
    read = context.rules.read(stored.object)
    parent = context.rules.in_request(read)
    scale, owners = _written(scaling, write, parent)
    _check(write, scale, parent)
    metadata = {k: v for k, v in metadata_of(parent).items() if k != "managedFields"}
    if owners:
        metadata["managedFields"] = owners
    metadata["resourceVersion"] = metadata_of(scale).get("resourceVersion", "")
    after = _with(parent, scaling.replicas, _number(_at(scale, ("spec", "replicas"))))
    after = context.rules.in_store({**after, "metadata": metadata})
    obj = update.updated(write, after, None, read, stored.object, context)
    answer = writing.changed(backing, write, obj, stored, context)
    return Answer(HTTPStatus.OK, scaling.scale(answer.object))


def scaling_of(backing: Backing, resource: Resource) -> Scaling:
    """Where a resource keeps its replicas: a custom one where its definition says."""
    if not resource.custom:
        return BUILTIN
    name = definition_name(resource.group, resource.name)
    definition = backing.view.get(*DEFINITIONS, "", name) or {}
    paths = {}
    for version in (definition.get("spec") or {}).get("versions") or ():
        scale = (version.get("subresources") or {}).get("scale")
        if scale:
            paths[version["name"]] = scale
    own = paths.get(resource.version) or {}
    return Scaling(
        _path(own.get("specReplicasPath")),
        _path(own.get("statusReplicasPath")),
        _path(own.get("labelSelectorPath")),
        {
            f"{resource.group}/{version}": replica_path(scale.get("specReplicasPath", ""))
            for version, scale in paths.items()
        },
    )


def _written(scaling: Scaling, write: Write, parent: Object) -> tuple[Object, list[Object]]:
    """The Scale that was asked for, and who owns what of the parent then."""
    live, writer, owned = scaling.scale(parent), managers.writer(write), scaling.owned
    try:
        if write.patch_type == "apply":
            applied = managers.applied(write)
            with managers.refusals():
                scale, owners = scale_applied(
                    parent, live, applied, writer, bool(write.force), owned
                )
            return typed_form({**live, **scale}), owners
        written = RULES.decoded(write, write.body) if write.verb == "update" else None
        scale = RULES.patched(write, live) if written is None else written
        return scale, scale_updated(parent, live, scale, writer, owned)
    except EntriesError as error:
        raise status.internal(str(error)) from None


def _check(write: Write, scale: Object, parent: Object) -> None:
    """Refuse a Scale that is not valid, or that is of another object."""
    replicas = _number(_at(scale, ("spec", "replicas")))
    if replicas < 0:
        error = field.invalid(field.Path("spec").child("replicas"), replicas, field.NOT_NEGATIVE)
        raise status.invalid("autoscaling", "Scale", write.name, [error])
    uid, found = metadata_of(scale).get("uid"), metadata_of(parent).get("uid", "")
    if uid and uid != found:
        resource = write.resource
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {found}"
        raise status.conflict(_scale_of(resource), write.name, why)


def _scale_of(resource: Resource) -> Resource:
    """The subresource, as it is named in a refusal: `deployments/scale.apps`."""
    return Resource(
        group=resource.group,
        version=resource.version,
        name=f"{resource.name}/scale",
        kind="Scale",
        singular="",
        namespaced=resource.namespaced,
    )


def _selector_text(selector: Any) -> str:
    """The selector of pods as a Scale shows it; custom resources keep a text."""
    if isinstance(selector, str):
        return selector
    if not isinstance(selector, dict):
        return ""
    if not {"matchLabels", "matchExpressions"} & selector.keys():
        selector = {"matchLabels": selector}  # a ReplicationController has labels alone
    try:
        return str(Selector.from_object(selector))
    except SelectorError as error:
        raise status.bad_request(str(error)) from None


def _path(json_path: Any) -> tuple[str, ...]:
    return tuple(n for n in json_path.split(".") if n) if isinstance(json_path, str) else ()


def _at(obj: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        obj = obj.get(step) if isinstance(obj, dict) else None
    return obj if path else None


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _with(obj: Object, path: tuple[str, ...], value: Any) -> Object:
    head, *rest = path
    within = obj.get(head)
    inner = within if isinstance(within, dict) else {}
    return {**obj, head: _with(inner, tuple(rest), value) if rest else value}
