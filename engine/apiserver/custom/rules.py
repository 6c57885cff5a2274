"""The rules of custom resources: what their definition's schema makes of them.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/customresource_handler.go
(unstructuredSchemaCoercer, crdConversionRESTOptionsGetter), v1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.custom import strategy
from engine.apiserver.custom.defaulting import with_defaults, without_nulls
from engine.apiserver.custom.definition import definition_of
from engine.apiserver.custom.embedded import OBJECT_META, EmbeddedError, coerced
from engine.apiserver.custom.json_values import as_printed, in_memory
from engine.apiserver.custom.pruning import pruned
from engine.apiserver.custom.validation import Validator
from engine.apiserver.managedfields.kinds import KindRules, custom_rules
from engine.apiserver.patch import apply as patches
from engine.apiserver.strategy.prepare import prepare_by
from engine.apiserver.typed.unknown import unknown_in
from engine.apiserver.typed_form import DecodeError, typed_value
from engine.apiserver.validation import field
from engine.apiserver.validation.field import FieldError, Path
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, View, Write
from engine.apiserver.verbs.patching import check_strictly, patched_document, strict_error, unfit
from engine.model.timestamp import format_seconds

MEDIA_TYPES = {"json": patches.JSON_PATCH, "merge": patches.MERGE_PATCH}
ACCEPTED_PATCHES = (
    patches.JSON_PATCH,
    patches.MERGE_PATCH,
    "application/apply-patch+yaml",
)

TOO_DEEP = "exceeded max depth"
TERMINATING = "create not allowed while custom resource definition is terminating"


class CustomRules:
    """`engine.apiserver.verbs.rules.Rules` of one version of a custom resource.

    `definition` is the CustomResourceDefinition as it is now. Objects are handled in the version
    that the request speaks, and stored in another one where the definition says so.
    """

    def __init__(self, definition: Mapping[str, Any], version: str) -> None:
        self.definition = definition_of(definition, version)
        self._fields = custom_rules(definition)
        self._validator = Validator(self.definition)
        self._strategy = strategy.of(self.definition)

    @property
    def unconditional_update(self) -> bool:
        """An update of a custom resource names the revision that it is based on."""
        return False

    @property
    def create_on_update(self) -> bool:
        """Custom resources are created by a create, or by applying."""
        return False

    @property
    def fields(self) -> KindRules:
        """The definition's schemas, as the field manager reads them."""
        return self._fields

    def decoded(self, write: Write, body: Any) -> Object:
        """A body without unknown fields, with defaults."""
        obj, unknown = self._decoded(body)
        if write.is_strict and unknown:
            raise self._unfit(body, strict_error(unknown))
        return obj

    def in_store(self, obj: Object) -> Object:
        """Custom resources are handled in the request's version up to their encoding."""
        return obj

    def in_request(self, obj: Object) -> Object:
        """They have been in it since they were read."""
        return obj

    def read(self, stored: Object) -> Object:
        """An object as read: with the defaults of the version that it was stored in."""
        try:
            obj, _ = self._apply(in_memory(stored), drop=True)
            obj = self._converted(self._defaulted(obj), self.definition.version)
        except (RecursionError, ValueError):
            return stored
        metadata = obj.get("metadata")
        if isinstance(metadata, dict) and not metadata.get("generation"):
            obj["metadata"] = {**metadata, "generation": 1}
        return obj

    def patched(self, write: Write, live: Object) -> Object:
        """The patched object, without unknown fields, with defaults."""
        media_type = MEDIA_TYPES.get(write.patch_type)
        if media_type is None:
            raise status.unsupported_media_type(ACCEPTED_PATCHES)
        definition = self.definition
        document = patched_document(
            write, live, media_type, definition.api_version, definition.kind
        )
        try:
            obj, unknown = self._decoded(document)
        except status.RefusedError as refused:
            raise unfit(write, document, _why(refused.message)) from None
        check_strictly(write, document, unknown)
        return obj

    def prepare_for_create(self, write: Write, obj: Object) -> None:
        """PrepareForCreate of custom resources."""
        self._strategy.create(obj)

    def prepare_for_update(self, write: Write, obj: Object, before: Object) -> None:
        """PrepareForUpdate of custom resources, or of their status."""
        now = format_seconds(write.now_seconds)
        prepare_by(self._strategy, obj, before, write.subresource, now)

    def create_errors(self, write: Write, obj: Object, view: View) -> Sequence[FieldError]:
        """What is wrong with a new object; RefusedError while its definition is on its way out."""
        if self.definition.terminating:
            raise status.forbidden(write.resource, write.name, TERMINATING)
        try:
            return self._validator.create_errors(obj)
        except RecursionError:
            raise status.bad_request(TOO_DEEP) from None

    def update_errors(
        self, write: Write, obj: Object, before: Object, view: View
    ) -> Sequence[FieldError]:
        """What is wrong with an update."""
        try:
            return self._validator.update_errors(obj, before, write.subresource)
        except RecursionError:
            raise status.bad_request(TOO_DEEP) from None

    def completed(self, obj: Object) -> Object | None:
        """None: custom resources are looked at whole."""
        return None

    def encoded(self, obj: Object, decoded: Object | None) -> Object:
        """The object as it is stored: in the version of the store, by its schema."""
        try:
            return as_printed(self._converted(obj, self.definition.stored_version))  # type: ignore[no-any-return]
        except RecursionError:
            raise status.bad_request(TOO_DEEP) from None
        except ValueError as error:
            raise status.internal(str(error)) from None

    def _decoded(self, body: Any) -> tuple[Object, list[str]]:
        """A body without unknown fields, with defaults; and what is said of those fields."""
        if not isinstance(body, dict):
            raise status.bad_request(f"the object provided is no {self.definition.kind}")
        self._check_type(body)
        obj, unknown = self._coerced(body)
        return self._defaulted(obj), [f'unknown field "{path}"' for path in unknown]

    def _check_type(self, body: Object) -> None:
        """A body names its type: there is no Go type that would know it."""
        kind, api_version = body.get("kind"), body.get("apiVersion")
        expected = self.definition.api_version
        if not isinstance(kind, str) or not kind:
            raise status.bad_request(
                f"the object provided is unrecognized (must be of type {self.definition.kind}): "
                f"Object 'Kind' is missing in '{field.marshal(body)}'"
            )
        if not isinstance(api_version, str) or not api_version:
            raise self._unfit(body, f"Object 'apiVersion' is missing in '{field.marshal(body)}'")
        if api_version != expected:
            raise status.bad_request(
                f"the API version in the data ({api_version}) does not match the expected API "
                f"version ({expected})"
            )

    def _coerced(self, body: Object) -> tuple[Object, list[str]]:
        try:
            return self._apply(in_memory(body), drop=False)
        except RecursionError:
            raise self._unfit(body, TOO_DEEP) from None
        except EmbeddedError as error:
            raise self._unfit(body, str(error.error)) from None
        except ValueError as error:
            raise self._unfit(body, str(error)) from None

    def _apply(self, obj: Object, *, drop: bool) -> tuple[Object, list[str]]:
        """The object by the schema of its version, and the paths of what that does not know.

        What does not fit metadata is dropped in reading the store, else it is a ValueError.
        """
        given, unknown = obj.get("metadata"), []
        if "metadata" in obj:
            unknown = unknown_in(OBJECT_META, given, "metadata")
        version = self.definition.version_of(obj.get("apiVersion"))
        if version is not None and obj.get("kind") == self.definition.kind:
            schema = self.definition.schemas.get(version)
            if not self.definition.preserve_unknown:
                obj, pruned_paths = pruned(obj, schema)
                unknown += pruned_paths
                obj = without_nulls(obj, schema)
            if version in self.definition.embedded:
                obj = coerced(obj, schema, Path(), drop=drop)
        if "metadata" in obj:
            obj = {**obj, "metadata": _typed_metadata(given, drop)}
        return obj, unknown

    def _defaulted(self, obj: Object) -> Object:
        version = self.definition.version_of(obj.get("apiVersion"))
        if version is None or obj.get("kind") != self.definition.kind:
            return obj
        return with_defaults(obj, self.definition.schemas.get(version))  # type: ignore[no-any-return]

    def _converted(self, obj: Object, version: str) -> Object:
        """The object in another version, by that one's schema; only its name differs."""
        if obj.get("kind") == self.definition.kind:
            obj = {**obj, "apiVersion": f"{self.definition.group}/{version}"}
        return self._apply(obj, drop=False)[0]

    def _unfit(self, body: Object, why: str) -> status.RefusedError:
        kind, version = body.get("kind"), str(body.get("apiVersion") or "").rpartition("/")[2]
        return status.bad_request(
            f'{kind} in version "{version}" cannot be handled as a {self.definition.kind}: {why}'
        )


def _typed_metadata(metadata: Any, drop: bool) -> Object:
    metadata = {} if metadata is None else metadata
    try:
        return typed_value(OBJECT_META, metadata)
    except DecodeError as error:
        if not drop or not isinstance(metadata, dict):
            raise ValueError(str(error)) from None
    kept: Object = {}
    for name, value in metadata.items():
        try:
            kept.update(typed_value(OBJECT_META, {name: value}))
        except DecodeError:
            # As objects of clusters that did not validate metadata yet are read.
            continue
    return kept


def _why(message: str) -> str:
    """Why a body is refused, without what kind it is of."""
    return message.partition(" cannot be handled as a ")[2].partition(": ")[2] or message
