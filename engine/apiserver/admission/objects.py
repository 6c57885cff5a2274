"""Copies of objects with a part of them changed, as plugins return them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of, with_metadata

TRUE = "true"


def spec_of(obj: Object) -> Object:
    """The spec of an object; empty if it has none."""
    spec = obj.get("spec")
    return spec if isinstance(spec, dict) else {}


def with_spec(obj: Object, **fields: Any) -> Object:
    """The object with other values for these fields of its spec."""
    return {**obj, "spec": {**spec_of(obj), **fields}}


def annotations_of(obj: Object) -> Object:
    """The annotations of an object."""
    annotations = metadata_of(obj).get("annotations")
    return annotations if isinstance(annotations, dict) else {}


def with_finalizer(obj: Object, finalizer: str) -> Object:
    """The object with that finalizer, behind those that it has."""
    metadata = metadata_of(obj)
    finalizers = metadata.get("finalizers") or []
    if finalizer in finalizers:
        return obj
    return with_metadata(obj, {**metadata, "finalizers": [*finalizers, finalizer]})


def containers_of(spec: Object, *fields: str) -> Iterator[Object]:
    """The containers of a pod in these fields of its spec, by default init containers first."""
    for field in fields or ("initContainers", "containers"):
        yield from spec.get(field) or ()


def annotated_default(objects: Iterable[Object], *annotations: str) -> Object | None:
    """The object of which an annotation says that it is the default.

    Of several the youngest, and of those of one second the first by name
    (pkg/volume/util/storageclass.go, defaultingressclass/admission.go, v1.36).
    """
    defaults = [
        obj for obj in objects if any(annotations_of(obj).get(name) == TRUE for name in annotations)
    ]
    defaults.sort(key=lambda obj: str(metadata_of(obj).get("name", "")))
    defaults.sort(key=lambda obj: str(metadata_of(obj).get("creationTimestamp", "")), reverse=True)
    return defaults[0] if defaults else None
