"""An object beside its managedFields, and how messages name it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from engine.apiserver.typed_form import typed_form

Object = dict[str, Any]


def empty_like(obj: Object) -> Object:
    """An object of the same kind of which nothing is set; not to be changed."""
    api_version, kind = obj.get("apiVersion"), obj.get("kind")
    if isinstance(api_version, str) and isinstance(kind, str):
        return empty_of(api_version, kind)
    return typed_form({"apiVersion": api_version, "kind": kind})


@lru_cache(maxsize=1024)
def empty_of(api_version: str, kind: str) -> Object:
    """An object of a kind of which nothing is set; not to be changed."""
    return typed_form({"apiVersion": api_version, "kind": kind})


def metadata_of(obj: Object) -> Object:
    """Its metadata, {} if it has none."""
    found = obj.get("metadata")
    return found if isinstance(found, dict) else {}


def without_entries(obj: Object) -> Object:
    """The object without managedFields, which take no part in what they describe."""
    metadata = metadata_of(obj)
    if "managedFields" not in metadata:
        return obj
    kept = {name: value for name, value in metadata.items() if name != "managedFields"}
    return {**obj, "metadata": kept}


def with_entries(obj: Object, managed: Any) -> Object:
    """The object with these managedFields in place of its own; without, if there are none."""
    if not managed:
        return without_entries(obj)
    metadata = dict(metadata_of(obj))
    metadata.pop("managedFields", None)
    metadata["managedFields"] = managed
    return {**obj, "metadata": metadata}


def kind_of(obj: Object) -> str:
    """Its kind, as Go prints a GroupVersionKind."""
    group, _, version = str(obj.get("apiVersion", "")).rpartition("/")
    return f"{group}/{version}, Kind={obj.get('kind', '')}"


def name_of(obj: Object) -> str:
    """Its name and kind, as Kubernetes' messages have them."""
    metadata = metadata_of(obj)
    return f"{metadata.get('namespace', '')}/{metadata.get('name', '')}; {kind_of(obj)}"
