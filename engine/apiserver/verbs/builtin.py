"""The rules of kinds that are compiled into Kubernetes: Go's types, defaults, strategies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.apiserver import storage_form
from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.managedfields import tracking
from engine.apiserver.managedfields.compare import same
from engine.apiserver.patch import apply as patches
from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update
from engine.apiserver.typed.sharing import sharing
from engine.apiserver.typed.unknown import unknown_fields
from engine.apiserver.typed_form import DecodeError, type_name, typed_form
from engine.apiserver.validation import field
from engine.apiserver.validation.empties import with_empties
from engine.apiserver.validation.field import FieldError
from engine.apiserver.validation.metadata import validate_common_meta
from engine.apiserver.validation.names import is_path_segment_name
from engine.apiserver.validation.validate import rules_of, validate_create, validate_update
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, View, Write
from engine.apiserver.verbs.metadata import metadata_of, with_metadata
from engine.apiserver.verbs.patching import check_strictly, patched_document, strict_error, unfit
from engine.apiserver.verbs.type_meta import as_kind, is_of_kind, of_kind, type_of
from engine.model.timestamp import format_seconds
from engine.schema.resource import Resource

MEDIA_TYPES = {
    "json": patches.JSON_PATCH,
    "merge": patches.MERGE_PATCH,
    "strategic": patches.STRATEGIC_MERGE_PATCH,
}

CREATED_BY_UPDATE = frozenset({
    ("", "endpoints"),
    ("", "events"),
    ("", "limitranges"),
    ("", "services"),
    ("coordination.k8s.io", "leases"),
    ("coordination.k8s.io", "leasecandidates"),
    ("events.k8s.io", "events"),
    ("node.k8s.io", "runtimeclasses"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
    ("rbac.authorization.k8s.io", "clusterroles"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("rbac.authorization.k8s.io", "roles"),
})  # fmt: skip
"""Resources whose strategy has AllowCreateOnUpdate (pkg/registry/*/*/strategy.go, v1.36)."""

BASED_ON_A_REVISION = frozenset({
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("apiregistration.k8s.io", "apiservices"),
    ("coordination.k8s.io", "leases"),
    ("coordination.k8s.io", "leasecandidates"),
    ("policy", "poddisruptionbudgets"),
})  # fmt: skip
"""Resources without AllowUnconditionalUpdate: an update names the revision that it is based on."""


@dataclass(frozen=True, slots=True)
class BuiltinRules:
    """`engine.apiserver.verbs.rules.Rules` of a kind that Kubernetes itself has."""

    resource: Resource

    @property
    def unconditional_update(self) -> bool:
        """Whether an update may come without the revision that it is based on."""
        return (self.resource.group, self.resource.name) not in BASED_ON_A_REVISION

    @property
    def create_on_update(self) -> bool:
        """Whether an update of what is not there creates it."""
        return (self.resource.group, self.resource.name) in CREATED_BY_UPDATE

    @property
    def fields(self) -> None:
        """The field manager knows Kubernetes' own kinds."""

    def decoded(self, write: Write, body: Any) -> Object:
        """A body in its typed form, with defaults."""
        if not isinstance(body, dict):
            raise status.bad_request(f"the object provided is no {self.resource.kind}")
        if write.known is not None and write.verb == "update":
            body = sharing(body, write.known)
        body = self._of_kind(body)
        obj = self._typed(body, write.known)
        if write.is_strict and (unknown := unknown_fields(body)):
            raise self._unfit(strict_error(unknown))
        return obj

    def in_store(self, obj: Object) -> Object:
        """An object of the request's version in the version that is stored."""
        return storage_form.in_store(obj)

    def in_request(self, obj: Object) -> Object:
        """An object of the version that is stored in the request's."""
        return storage_form.in_version(obj, self.resource.api_version)

    def read(self, stored: Object) -> Object:
        """An object as read: some defaults are filled in only then."""
        return storage_form.as_read(stored)

    def patched(self, write: Write, live: Object) -> Object:
        """The patched object, in its typed form, with defaults."""
        resource = self.resource
        media_type = MEDIA_TYPES[write.patch_type]
        document = patched_document(write, live, media_type, resource.api_version, resource.kind)
        strategic = write.patch_type == "strategic"
        if strategic:
            # It is applied to a Go struct: what it says of the type is of no effect.
            document = of_kind(document, resource)
        try:
            obj = _formed(as_kind(document, resource), write.known)
        except DecodeError as error:
            raise unfit(write, document, error.converter if strategic else str(error)) from None
        check_strictly(write, document, unknown_fields(document) if write.is_strict else [])
        return obj

    def prepare_for_create(self, write: Write, obj: Object) -> None:
        """PrepareForCreate of the kind's strategy."""
        prepare_for_create(obj)

    def prepare_for_update(self, write: Write, obj: Object, before: Object) -> None:
        """PrepareForUpdate of the kind's strategy, or of its subresource's."""
        prepare_for_update(obj, before, write.subresource, format_seconds(write.now_seconds))

    def create_errors(self, write: Write, obj: Object, view: View) -> Sequence[FieldError]:
        """What is wrong with a new object."""
        errors = validate_create(_as_sent(write, obj))
        if not errors and rules_of(obj) is None:
            metadata = obj.get("metadata") or {}
            errors = validate_common_meta(metadata, self.resource.namespaced, is_path_segment_name)
        if not errors and not (obj.get("metadata") or {}).get("name"):
            path = field.Path("metadata").child("name")
            return [field.required(path, "name or generateName is required")]
        return errors

    def update_errors(
        self, write: Write, obj: Object, before: Object, view: View
    ) -> Sequence[FieldError]:
        """What is wrong with an update."""
        return validate_update(_as_sent(write, obj), before, write.subresource)

    def encoded(self, obj: Object, decoded: Object | None) -> Object:
        """The object as it is stored.

        What it has of what was decoded is typed already, and so is what the server set in its
        metadata.
        """
        # In the version of the store the same fields may have other types.
        if decoded is None or decoded.get("apiVersion") != obj.get("apiVersion"):
            return typed_form(obj)
        typed = with_metadata(decoded, metadata_of(obj))
        # Of most writes nothing else was changed: then there is nothing left to type.
        return obj if obj == typed else typed_form(obj, typed)

    def completed(self, obj: Object) -> Object | None:
        """The object, if nothing in it would be changed, or not fit, were it a request's."""
        resource = self.resource
        if (obj.get("apiVersion"), obj.get("kind")) != (resource.api_version, resource.kind):
            return None
        try:
            found = self._typed(obj)
        except status.RefusedError:
            return None
        return found if same(found, obj) and tracking.fits(obj) else None

    def _of_kind(self, body: Object) -> Object:
        """The body with its type: that of the URL where it names none, refused if another."""
        resource = self.resource
        if is_of_kind(body, resource):
            return body
        try:
            api_version, kind = type_of(body, resource)
        except DecodeError as error:
            raise status.bad_request(
                f"the object provided is unrecognized (must be of type {resource.kind}): {error}"
            ) from None
        if (api_version, kind) == (resource.api_version, resource.kind):
            return of_kind(body, resource)
        if kind != resource.kind:
            raise status.bad_request(
                f'{kind} in version "{api_version.rpartition("/")[2]}" cannot be handled as a '
                f"{resource.kind}: converting ({api_version}.{kind}) to "
                f"({resource.group or 'core'}.{resource.kind}): unknown conversion"
            )
        raise status.bad_request(
            f"the API version in the data ({api_version}) does not match the expected API version "
            f"({resource.api_version})"
        )

    def _typed(self, body: Object, known: Object | None = None) -> Object:
        try:
            return _formed(body, known)
        except DecodeError as error:
            raise self._unfit(str(error)) from None

    def _unfit(self, why: str) -> status.RefusedError:
        """A body that is no object of the kind."""
        kind, version = self.resource.kind, self.resource.version
        return status.bad_request(
            f'{kind} in version "{version}" cannot be handled as a {kind}: {why}'
        )


def _formed(body: Object, known: Object | None) -> Object:
    """A body in its typed form, with defaults; DecodeError if it does not fit."""
    obj = typed_form(body, known)
    apply_defaults(obj, known)
    convert(obj, known)
    return obj


def _as_sent(write: Write, obj: Object) -> Object:
    """The object with the empty lists and maps of the body that it came in, as messages show them.

    A patch is no object: of what it makes only the typed form is known.
    """
    body = write.body
    if write.verb == "patch" or not isinstance(body, dict):
        return obj
    api_version, kind = obj.get("apiVersion"), obj.get("kind")
    name = type_name(api_version, kind)
    if name is None or body.get("apiVersion", api_version) != api_version:
        return obj
    return dict(with_empties(name, obj, body))
