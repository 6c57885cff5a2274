"""What a delete asks for, and what is refused of it.

Source: k8s.io/apimachinery pkg/apis/meta/v1/validation/validation.go (ValidateDeleteOptions),
k8s.io/apiserver pkg/registry/rest/delete.go (BeforeDelete), v1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.apiserver.typed_form import DecodeError, typed_value
from engine.apiserver.validation.field import FieldError, Path, invalid, not_supported
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.status import RefusedError
from engine.schema.resource import Resource

_TYPE = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"
_POLICIES = ("Foreground", "Background", "Orphan", "nil")


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """DeleteOptions of meta/v1; what was not asked for is None."""

    grace_seconds: int | None = None
    uid: str | None = None
    resource_version: str | None = None
    orphan_dependents: bool | None = None
    propagation_policy: str | None = None
    dry_run: bool = False


def read(body: Any) -> DeleteOptions:
    """The options in a body, which may be None; RefusedError if they are none, or not valid."""
    try:
        options = typed_value(_TYPE, {} if body is None else body)
    except DecodeError as error:
        raise status.bad_request(str(error)) from None
    errors = _errors(options)
    if errors:
        raise status.invalid("meta.k8s.io", "DeleteOptions", "", errors)
    preconditions = options.get("preconditions") or {}
    return DeleteOptions(
        options.get("gracePeriodSeconds"),
        preconditions.get("uid"),
        preconditions.get("resourceVersion"),
        options.get("orphanDependents"),
        options.get("propagationPolicy"),
        options.get("dryRun") == ["All"],
    )


def check(options: DeleteOptions, resource: Resource, obj: Object) -> None:
    """Refuse to delete an object that is not the one that was meant."""
    metadata = metadata_of(obj)
    uid, revision = metadata.get("uid", ""), metadata.get("resourceVersion", "")
    if options.uid is not None and options.uid != uid:
        raise _conflict(
            resource,
            metadata,
            f"the UID in the precondition ({options.uid}) does not match the UID in record ({uid})."
            " The object might have been deleted and then recreated",
        )
    if options.resource_version is not None and options.resource_version != revision:
        raise _conflict(
            resource,
            metadata,
            f"the ResourceVersion in the precondition ({options.resource_version}) does not match "
            f"the ResourceVersion in record ({revision}). The object might have been modified",
        )


def check_as_stored(options: DeleteOptions, resource: Resource, obj: Object) -> None:
    """As `check`, of the few kinds that begin their deletion themselves.

    Source: pkg/registry/core/namespace/storage/storage.go and k8s.io/apiextensions-apiserver
    pkg/registry/customresourcedefinition/etcd.go (Delete), v1.36.
    """
    metadata = metadata_of(obj)
    for what, wanted, found in (
        ("UID", options.uid, metadata.get("uid", "")),
        ("ResourceVersion", options.resource_version, metadata.get("resourceVersion", "")),
    ):
        if wanted is not None and wanted != found:
            why = (
                f"Precondition failed: {what} in precondition: {wanted}, "
                f"{what} in object meta: {found}"
            )
            raise status.conflict(resource, metadata["name"], why)


def _conflict(resource: Resource, metadata: Object, why: str) -> RefusedError:
    """A 409 that names the kind where others name the resource."""
    refused = status.conflict(resource, metadata["name"], why)
    kind = f"{resource.kind}.{resource.group}" if resource.group else resource.kind
    message = f'Operation cannot be fulfilled on {kind} "{metadata["name"]}": {why}'
    details = {**refused.details, "kind": resource.kind}
    return RefusedError(refused.code, refused.reason, message, details)


def _errors(options: Object) -> list[FieldError]:
    errors: list[FieldError] = []
    path, policy = Path("propagationPolicy"), options.get("propagationPolicy")
    if policy is not None and options.get("orphanDependents") is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        errors.append(invalid(path, policy, why))
    if policy is not None and policy not in _POLICIES[:3]:
        errors.append(not_supported(path, policy, _POLICIES))
    dry_run = options.get("dryRun") or []
    if any(value != "All" for value in dry_run):
        errors.append(not_supported(Path("dryRun"), dry_run, ("All",)))
    return errors
