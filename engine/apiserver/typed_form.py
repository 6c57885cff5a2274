"""An object as Kubernetes' Go types hold it: decoded from JSON and encoded again.

Unknown fields go, so do nulls and what omitempty leaves out; structs without it are printed
(`status: {}`, `resources: {}`); quantities, times and numbers take their canonical form. It is the
first thing that the API server does with a body, and the form in which it stores objects.

    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
    typed_form(namespace) == {**namespace, "spec": {}, "status": {}}

Source: encoding/json and sigs.k8s.io/json (names of fields are case-sensitive), v1.36.
"""

from functools import lru_cache
from typing import Any

from engine.apiserver.typed.errors import DecodeError, Misfit
from engine.apiserver.typed.plan import struct
from engine.schema.go_types import go_types

__all__ = ["DecodeError", "typed_form", "typed_value"]

Object = dict[str, Any]

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def typed_form(obj: Object, like: Object | None = None) -> Object:
    """The object in its typed form, a new dict, else DecodeError; the input is left as it is.

    Every struct in it is a new dict, so that defaults can be set in place; lists and maps of
    scalars (labels, arguments) are the input's own. Of a kind that is no Go type (a custom
    resource) only the metadata is typed.

    `like` is another object of the kind in its typed form. What the two share, the same dict or
    list, is not looked at again and stays shared.
    """
    name = type_name(obj.get("apiVersion"), obj.get("kind"))
    if name is not None:
        found = typed_value(name, obj, like)
        return dict(found) if found is like else found
    if "metadata" not in obj:
        return dict(obj)
    return {**obj, "metadata": _metadata(obj["metadata"])}


def type_name(api_version: object, kind: object) -> str | None:
    """The Go type of objects of that kind; None where it has none."""
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return None
    return _type_name(api_version, kind)


@lru_cache(maxsize=4096)
def _type_name(api_version: str, kind: str) -> str | None:
    group, _, version = api_version.rpartition("/")
    return go_types().name_of_kind(group, version, kind)


def typed_value(name: str, value: Any, like: Object | None = None) -> Object:
    """A value of the named struct, such as `io.k8s.api.core.v1.PodSpec`, in its typed form."""
    try:
        return struct(name).encode(value) if like is None else struct(name).encode_like(value, like)
    except Misfit as misfit:
        raise misfit.error() from None
    except RecursionError:
        raise DecodeError("exceeded max depth") from None


def _metadata(value: Any) -> Any:
    return {} if value is None else typed_value(_OBJECT_META, value)
