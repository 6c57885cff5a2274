"""The door to defaults."""

from engine.apiserver.defaults.contract import Object
from engine.apiserver.defaults.walk import walk
from engine.apiserver.typed_form import type_name


def apply_defaults(obj: Object) -> None:
    """Set what the API server fills in for objects of this kind, in place.

    The object is in its typed form (typed_form.py). Custom resources stay as they are: their
    defaults are in their definitions (custom_defaults.py).
    """
    name = type_name(obj.get("apiVersion"), obj.get("kind"))
    if name is not None:
        walk(name).apply(obj)
