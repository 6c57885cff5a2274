"""For each Go type a function from JSON to what that type encodes, compiled once.

Null and absent are one: decoding leaves the zero value. A field with omitempty is left out when it
is false, 0, "", an empty list or map, or a nil pointer; a struct cannot be empty and is printed
(encoding/json encode.go, isEmptyValue). Every struct comes out as a new dict, every list of structs
as a new list; lists and maps of scalars are taken over where nothing in them changes.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from engine.apiserver.typed import scalars
from engine.apiserver.typed.errors import Misfit
from engine.schema.go_types import GoField, GoType, go_types

Encode = Callable[[Any], Any]
"""From a JSON value that is not null to what the type encodes; raises Misfit."""
EncodeLike = Callable[[Any, Any], Any]
"""The same beside another value of the type, which is in its typed form already: what the two
share is taken as it is."""
_STRINGS = frozenset({str})
_PLAIN: dict[str, type] = {"string": str, "bool": bool}
Zero = Callable[[], Any]
"""What the zero value of a type encodes."""

_META = "io.k8s.apimachinery.pkg"
_CRD = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"

_OWN_DECODERS: dict[str, tuple[Encode, Any]] = {
    f"{_META}.api.resource.Quantity": (scalars.quantity, "0"),
    f"{_META}.apis.meta.v1.Time": (scalars.time, None),
    f"{_META}.apis.meta.v1.MicroTime": (scalars.micro_time, None),
    f"{_META}.apis.meta.v1.FieldsV1": (scalars.anything, None),
    f"{_META}.runtime.RawExtension": (scalars.anything, None),
    f"{_META}.util.intstr.IntOrString": (scalars.int_or_string, 0),
    f"{_CRD}.JSON": (scalars.anything, None),
}
"""Types with a JSON form of their own, and what their zero value prints."""


NIL_MATTERS = frozenset({("v1.NodeStatus", "allocatable"), ("v2.HPAScalingRules", "policies")})
"""Fields that defaults tell apart by nil, not by length: an empty list or map stays in them until
the defaults have seen it (pkg/apis/core/v1 and autoscaling/v2 defaults.go, v1.36)."""


class Struct:
    """How one struct is decoded and encoded again."""

    __slots__ = ("_fields", "_missing", "_plain", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        # By field: how it is encoded, how beside another, whether it may be left out when empty.
        self._fields: dict[str, tuple[Encode, EncodeLike | None, bool]] = {}
        self._missing: list[tuple[str, Zero]] = []
        # The fields whose values are encoded as they are, unless they are empty.
        self._plain: dict[str, type] = {}

    def complete(self, fields: dict[str, GoField]) -> None:
        """Fill in the fields: apart from the making, because types refer to themselves."""
        for key, field in fields.items():
            is_struct = field.type.form == "struct"
            kept = field.printed or is_struct or field.type.form == "pointer"
            droppable = field.omit_zero or not (kept or (self.name, key) in NIL_MATTERS)
            self._fields[key] = (encoder(field.type), encoder_like(field.type), droppable)
            if field.type.form in _PLAIN:
                self._plain[key] = _PLAIN[field.type.form]
            if field.printed or (is_struct and not field.omit_zero):
                self._missing.append((key, zero(field.type)))

    def encode(self, value: Any) -> dict[str, Any]:
        """The struct that the JSON object decodes to, encoded."""
        if type(value) is not dict:
            raise Misfit.of(value, self.name, "struct")
        # Nearly all fields come as they will be printed: a copy is mended where they do not.
        out = value.copy()
        plain, fields = self._plain, self._fields
        key = ""
        try:
            for key, item in value.items():
                if item and plain.get(key) is type(item):
                    continue
                if item is None or key not in fields:
                    del out[key]
                    continue
                encode, _, droppable = fields[key]
                encoded = encode(item)
                if droppable and not encoded:
                    del out[key]
                elif encoded is not item:
                    out[key] = encoded
        except Misfit as misfit:
            misfit.inside(self.name, key)
            raise
        for key, make in self._missing:
            if key not in out:
                out[key] = make()
        return out

    def encode_like(self, value: Any, like: Any) -> dict[str, Any]:
        """As `encode`, beside a struct that is encoded already: what they share stays shared."""
        if value is like:
            return like  # type: ignore[no-any-return]  # it is a struct
        if type(value) is not dict or type(like) is not dict:
            return self.encode(value)
        out = value.copy()
        plain, known = self._plain, like.get
        key = ""
        try:
            for key, item in value.items():
                before = known(key)
                if before is item and item is not None:
                    continue
                if not item or plain.get(key) is not type(item):
                    self._encode_field(out, key, item, before)
        except Misfit as misfit:
            misfit.inside(self.name, key)
            raise
        for key, make in self._missing:
            if key not in out:
                out[key] = make()
        return out

    def _encode_field(self, out: dict[str, Any], key: str, item: Any, before: Any) -> None:
        """Encode a field that `out` has as it came; null and unknown ones go."""
        if item is None or key not in self._fields:
            del out[key]
            return
        encode, beside, droppable = self._fields[key]
        encoded = beside(item, before) if beside and before is not None else encode(item)
        if droppable and not encoded:
            del out[key]
        elif encoded is not item:
            out[key] = encoded

    def zero(self) -> dict[str, Any]:
        """What the zero value encodes: the fields that are always printed."""
        return {key: make() for key, make in self._missing}


_STRUCTS: dict[str, Struct] = {}


def struct(name: str) -> Struct:
    """The struct of that full name, compiled when it is asked for first."""
    found = _STRUCTS.get(name)
    if found is None:
        declared = go_types().get(name)
        if declared is None:
            raise KeyError(name)
        found = _STRUCTS[name] = Struct(declared.name)
        found.complete(declared.fields)
    return found


def encoder(go_type: GoType) -> Encode:
    """How a value of that type is decoded and encoded."""
    match go_type.form:
        case "struct":
            own = _own_decoders().get(go_type.struct)
            return own[0] if own else struct(go_type.struct).encode
        case "pointer":
            return encoder(_element(go_type))
        case "list":
            return _list_encoder(go_type)
        case "map":
            return _map_encoder(go_type)
        case "bytes":
            return lambda value: scalars.in_bytes(value, go_type.name)
        case "int":
            return _int_encoder(go_type)
        case "float":
            return lambda value: scalars.floating(value, go_type.name)
        case "bool":
            return _exact_encoder(bool, go_type)
        case "string":
            return _exact_encoder(str, go_type)


def encoder_like(go_type: GoType) -> EncodeLike | None:
    """How a value is encoded beside another one; None where that is not faster.

    It is for structs, through pointers and in lists.
    """
    match go_type.form:
        case "struct":
            own = go_type.struct in _own_decoders()
            return None if own else struct(go_type.struct).encode_like
        case "pointer":
            return encoder_like(_element(go_type))
        case "list" if _element(go_type).form == "struct":
            return _list_encoder_like(go_type)
        case _:
            return None


def zero(go_type: GoType) -> Zero:
    """What the zero value of that type prints."""
    if go_type.form == "struct":
        own = _own_decoders().get(go_type.struct)
        if own is None:
            return struct(go_type.struct).zero
        printed = own[1]
    else:
        printed = {"string": "", "bool": False, "int": 0, "float": 0}.get(go_type.form)
    return lambda: printed


def _element(go_type: GoType) -> GoType:
    assert go_type.element is not None, go_type
    return go_type.element


def _exact_encoder(kind: type, go_type: GoType) -> Encode:
    def encode(value: Any) -> Any:
        if type(value) is not kind:
            raise Misfit.of(value, go_type.name, go_type.form)
        return value

    return encode


def _int_encoder(go_type: GoType) -> Encode:
    bits = go_type.bits
    most = (1 << (bits - 1)) - 1

    def encode(value: Any) -> int:
        if type(value) is int and -most <= value <= most:
            return value
        return scalars.integer(value, bits, go_type.name)

    return encode


def _list_encoder(go_type: GoType) -> Encode:
    element = _element(go_type)
    encode_one, zero_of_one = encoder(element), zero(element)
    scalar = element.form in ("string", "bool", "int")

    def encode(value: Any) -> list[Any]:
        if type(value) is not list:
            raise Misfit.of(value, go_type.name, "slice")
        new = [zero_of_one() if item is None else encode_one(item) for item in value]
        return value if scalar and None not in value else new

    return encode


def _list_encoder_like(go_type: GoType) -> EncodeLike:
    encode_all, encode_one = _list_encoder(go_type), encoder(_element(go_type))

    def encode(value: Any, like: Any) -> Any:
        if type(value) is not list or None in value:
            return encode_all(value)
        known = set(map(id, like))
        return [item if id(item) in known else encode_one(item) for item in value]

    return encode


def _map_encoder(go_type: GoType) -> Encode:
    element = _element(go_type)
    encode_one, zero_of_one = encoder(element), zero(element)
    is_text = element.form == "string"

    def encode(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise Misfit.of(value, go_type.name, "map")
        if is_text and _STRINGS.issuperset(map(type, value.values())):
            return value
        return {
            key: zero_of_one() if item is None else encode_one(item) for key, item in value.items()
        }

    return encode


@cache
def _own_decoders() -> dict[str, tuple[Encode, Any]]:
    return {
        **_OWN_DECODERS,
        f"{_CRD}.JSONSchemaPropsOrBool": (_schema_or_bool, False),
        f"{_CRD}.JSONSchemaPropsOrArray": (_schema_or_array, None),
        f"{_CRD}.JSONSchemaPropsOrStringArray": (_schema_or_strings, None),
    }


# apiextensions-apiserver pkg/apis/apiextensions/v1/marshal.go (v1.36): what is none of the accepted
# forms is refused by the first, and taken for nothing by the other two.
def _schema_or_bool(value: Any) -> Any:
    if type(value) is bool:
        return value
    if type(value) is dict:
        return struct(f"{_CRD}.JSONSchemaProps").encode(value)
    raise Misfit("", "", "boolean or JSON schema expected")


def _schema_or_array(value: Any) -> Any:
    schema = struct(f"{_CRD}.JSONSchemaProps")
    if type(value) is dict:
        return schema.encode(value)
    if type(value) is list and value:
        return [schema.zero() if item is None else schema.encode(item) for item in value]
    return None


def _schema_or_strings(value: Any) -> Any:
    if type(value) is dict:
        return struct(f"{_CRD}.JSONSchemaProps").encode(value)
    if type(value) is list and value:
        return _list_encoder(GoType("list", "[]string", GoType("string", "string")))(value)
    return None
