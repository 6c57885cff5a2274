"""Empty lists and maps that were sent.

Kubernetes tells `[]` from nothing as long as an object is not encoded, and shows it so in messages.
The typed form has left such fields out already; here they are put back, to be validated.
"""

from typing import Any

from engine.apiserver.validation.contract import Object
from engine.schema.go_types import GoType, go_types


def with_empties(type_name: str, obj: Object, sent: Any) -> Object:
    """The object with the empty lists and maps of what was sent; itself where there are none."""
    struct = go_types().get(type_name)
    if struct is None or not isinstance(sent, dict):
        return obj
    added: dict[str, Any] = {}
    for name, value in sent.items():
        go_field = struct.fields.get(name)
        if go_field is None or not isinstance(value, list | dict):
            continue
        if name in obj:
            changed = _within(go_field.type, obj[name], value)
            if changed is not obj[name]:
                added[name] = changed
        elif not value and go_field.type.form in ("list", "map"):
            added[name] = value
    return {**obj, **added} if added else obj


def _within(go_type: GoType, held: Any, sent: Any) -> Any:
    element = go_type.element
    if go_type.form == "pointer" and element is not None:
        return _within(element, held, sent)
    if go_type.form == "struct" and isinstance(held, dict):
        return with_empties(go_type.struct, held, sent)
    if go_type.form == "list" and element is not None and isinstance(held, list):
        of_each = sent if isinstance(sent, list) else []
        pairs = zip(held, of_each, strict=False)
        items = [_within(element, item, given) for item, given in pairs] + held[len(of_each) :]
        return items if any(a is not b for a, b in zip(items, held, strict=True)) else held
    return held
