"""The door to defaults.

A struct's SetDefaults_* function comes first, then the `+default` markers of its fields, then what
its fields hold, as in pkg/apis/*/*/zz_generated.defaults.go (v1.36).
"""

from engine.apiserver.defaults.contract import Object
from engine.apiserver.defaults.quantities import round_list
from engine.apiserver.defaults.registry import BY_TYPE
from engine.apiserver.typed.walk import Walks

_WALKS = Walks(BY_TYPE, {"v1.ResourceList": round_list}, markers=True)


def apply_defaults(obj: Object, like: Object | None = None) -> None:
    """Set what the API server fills in for objects of this kind, in place.

    The object is in its typed form (typed_form.py). Custom resources stay as they are: their
    defaults are in their definitions (custom/defaulting.py).
    What it shares with `like`, which has its defaults, is passed over.
    """
    _WALKS.apply(obj, like)
