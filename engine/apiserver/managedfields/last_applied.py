"""kubectl's annotation of what it applied last, and how server-side apply goes on from it.

Source: k8s.io/apimachinery pkg/util/managedfields/internal/{lastapplied,lastappliedmanager,
lastappliedupdater}.go (v1.36). Both are done for the manager named `kubectl` only.
"""

from __future__ import annotations

from typing import Any

import msgspec

from engine.apiserver.managedfields.compare import compare
from engine.apiserver.managedfields.contents import fields_of
from engine.apiserver.managedfields.elements import json_text
from engine.apiserver.managedfields.fieldset import Node, difference
from engine.apiserver.managedfields.schema import Atom
from engine.apiserver.managedfields.validate import TypedError, check

Object = dict[str, Any]

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
MANAGER = "kubectl"

# TotalAnnotationSizeLimitB of k8s.io/apimachinery pkg/api/validation/objectmeta.go (v1.36).
_ANNOTATIONS_BYTES_MAX = 256 * 1024


def allowed_conflicts(atom: Atom, live: Object, api_version: str) -> Node:
    """The fields that client-side apply set and that are still so: kubectl may take them over."""
    text = _annotations(live).get(ANNOTATION)
    if not isinstance(text, str) or not text:
        return {}
    try:
        last = msgspec.json.decode(text)
        if not isinstance(last, dict) or last.get("apiVersion") != api_version:
            return {}
        check(atom, live)
        check(atom, last)
    except (msgspec.DecodeError, TypedError):
        return {}
    found = compare(atom, last, live)
    return difference(difference(fields_of(atom, last), found.changed), found.removed)


def with_annotation(obj: Object, applied: Object) -> Object:
    """The object with its annotation, if it has one, set to what is applied now."""
    if not _annotations(obj).get(ANNOTATION):
        return obj
    annotations = {**_annotations(obj), ANNOTATION: _last_applied(applied)}
    size = sum(len(k.encode()) + len(str(v).encode()) for k, v in annotations.items())
    if size > _ANNOTATIONS_BYTES_MAX:
        del annotations[ANNOTATION]
    return {**obj, "metadata": {**obj["metadata"], "annotations": annotations}}


def _last_applied(applied: Object) -> str:
    """The configuration without the annotation, in JSON as Go writes it."""
    annotations = _annotations(applied)
    if ANNOTATION in annotations:
        kept = {name: value for name, value in annotations.items() if name != ANNOTATION}
        applied = {**applied, "metadata": {**applied["metadata"], "annotations": kept}}
    return json_text(applied) + "\n"


def _annotations(obj: Object) -> Object:
    metadata = obj.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}
