"""The next version of an object: from the body of an update or patch to what is stored.

Source: k8s.io/apiserver pkg/endpoints/handlers/update.go and patch.go, pkg/registry/rest/update.go,
pkg/registry/generic/registry/store.go (Update), v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import Attributes
from engine.apiserver.validation import field
from engine.apiserver.verbs import managers, status
from engine.apiserver.verbs.allocation import allocated
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.create import created
from engine.apiserver.verbs.metadata import (
    check_name,
    metadata_of,
    placed,
    with_metadata,
    with_owners_once,
)
from engine.apiserver.verbs.preconditions import invalid_object


def update(write: Write, before: Object | None, context: Context) -> Object:
    """The object that an update stores: `before` itself if nothing changes."""
    rules = context.rules
    decoded = rules.decoded(write, write.body)
    obj = placed(write, decoded)
    check_name(write, obj)
    obj = with_owners_once(obj)
    if before is None:
        return _absent(write, obj, decoded, context)
    _check_uid(write, obj, before)
    read = rules.read(before)
    obj = managers.update(rules.in_request(read), obj, write, rules.fields)
    return updated(write, rules.in_store(obj), decoded, read, before, context)


def patch(write: Write, before: Object | None, context: Context) -> Object:
    """The object that a patch stores: `before` itself if nothing changes."""
    rules = context.rules
    read = None if before is None else rules.read(before)
    live = None if read is None else rules.in_request(read)
    if write.patch_type == "apply":
        obj = decoded = rules.decoded(write, managers.apply(live, write, rules.fields))
    elif live is None:
        raise status.not_found(write.resource, write.name)
    else:
        decoded = rules.patched(write, live)
        obj = managers.update(live, decoded, write, rules.fields)
    obj = placed(write, obj)
    check_name(write, obj)
    obj = rules.in_store(with_owners_once(obj))
    if read is not None and before is not None:
        return updated(write, obj, decoded, read, before, context)
    uid = metadata_of(obj).get("uid")
    if uid:
        raise status.conflict(write.resource, write.name, _no_object_of(uid))
    return created(write, obj, decoded, context)


def updated(
    write: Write,
    obj: Object,
    decoded: Object | None,
    read: Object,
    stored: Object,
    context: Context,
) -> Object:
    """The next version, whose fields have their managers, on its way into the store.

    `decoded` is what it was made of, as the rules decoded it, if they did. `stored` is what is
    there now and `read` the same with what reading adds: if nothing comes of it that is not stored
    already, nothing is written.
    """
    attributes = Attributes("UPDATE", write, context.view, context.choices)
    obj = context.chain.admit(attributes, obj, read)
    obj = _on_revision(write, obj, read, context)
    obj = allocated(write, obj, read, context.choices, context.view, context.ranges)
    # What was decoded stays as it is.
    obj = dict(obj)
    context.rules.prepare_for_update(write, obj, read)
    if not write.accepted:
        errors = context.rules.update_errors(write, obj, read, context.view)
        if errors:
            raise status.invalid(write.resource.group, write.resource.kind, write.name, errors)
        context.chain.validate(attributes, obj, read)
    obj = managers.without_mere_times(context.rules.encoded(obj, decoded), read)
    return stored if obj == stored else obj


def _absent(write: Write, obj: Object, decoded: Object, context: Context) -> Object:
    """An update of what is not there: of a few kinds it creates."""
    if not context.rules.create_on_update:
        raise status.not_found(write.resource, write.name)
    obj = managers.update(None, obj, write, context.rules.fields)
    return created(write, context.rules.in_store(obj), decoded, context)


def _no_object_of(uid: str) -> str:
    return (
        f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
    )


def _check_uid(write: Write, obj: Object, before: Object) -> None:
    """An update that names a uid is one of that very object.

    Source: k8s.io/apiserver pkg/storage/interfaces.go (Preconditions.Check), v1.36.
    """
    asked, found = metadata_of(obj).get("uid"), metadata_of(before).get("uid")
    if write.accepted or not asked or not found or asked == found:
        return
    raise invalid_object(write, "UID", asked, found)


def _on_revision(write: Write, obj: Object, before: Object, context: Context) -> Object:
    """The object based on the revision before it; refused if it was made from an older one.

    Where that revision is not known (a log need not show it), nothing can be refused.
    """
    based_on = metadata_of(obj).get("resourceVersion") or ""
    current = metadata_of(before).get("resourceVersion") or ""
    if not write.accepted and based_on in ("", "0") and not context.rules.unconditional_update:
        error = field.invalid("metadata.resourceVersion", 0, "must be specified for an update")
        raise status.invalid(write.resource.group, write.resource.name, write.name, [error])
    if not write.accepted and based_on not in ("", "0", current) and current:
        raise status.conflict(write.resource, write.name)
    if based_on == current:
        return obj
    metadata = {k: v for k, v in metadata_of(obj).items() if k != "resourceVersion"}
    return with_metadata(obj, {**metadata, "resourceVersion": current} if current else metadata)
