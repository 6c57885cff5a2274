"""Why a JSON value does not fit its Go type, in the words of Go's decoder.

Source: encoding/json decode.go (UnmarshalTypeError, addErrorContext), which sigs.k8s.io/json keeps.
"""

from __future__ import annotations

from typing import Any

from engine.errors import KubeRewindError


class DecodeError(KubeRewindError, ValueError):
    """The JSON does not fit the type of its kind; the message is that of Go's decoder.

    `converter` is what Kubernetes' own converter says, which strategic patches go through.
    """

    def __init__(self, message: str, converter: str = "") -> None:
        super().__init__(message)
        self.converter = converter or message


class Misfit(Exception):  # noqa: N818 - it never leaves this package
    """A value that does not fit, on its way up: each struct adds the name of its field.

    `what` is the value in Go's words (`string`, `number 1.5`), `go_type` what it should have been,
    and `kind` the kind of that (reflect.Kind). `text` stands instead of all where a type with its
    own decoder refused the value.
    """

    def __init__(
        self, what: str, go_type: str, text: str = "", *, value: Any = None, kind: str = "string"
    ) -> None:
        self.what = what
        self.go_type = go_type
        self.text = text
        self.value = value
        self.kind = kind
        self.struct = ""
        self.path: list[str] = []

    @classmethod
    def of(cls, value: Any, go_type: str, kind: str = "string") -> Misfit:
        """A value of another type than `go_type`."""
        return cls(describe(value), go_type, value=value, kind=kind)

    def inside(self, struct: str, field: str) -> None:
        """Note the field it was found in; the innermost struct gives its name."""
        self.struct = self.struct or struct.rpartition(".")[2]
        self.path.append(field)

    def error(self) -> DecodeError:
        """As those outside are told."""
        return DecodeError(self.message(), self._converter_message())

    def message(self) -> str:
        """As Go's decoder prints it."""
        if self.text:
            return self.text
        if not self.struct:
            return f"json: cannot unmarshal {self.what} into Go value of type {self.go_type}"
        path = ".".join(reversed(self.path))
        return (
            f"json: cannot unmarshal {self.what} into Go struct field {self.struct}.{path}"
            f" of type {self.go_type}"
        )

    def _converter_message(self) -> str:
        """As fromUnstructured (apimachinery pkg/runtime/converter.go, v1.36) says it."""
        if self.text:
            return self.text
        found = _GO_KINDS.get(type(self.value), "float64")
        if self.kind in ("slice", "map"):
            return f"cannot restore {self.kind} from {found}"
        if self.kind == "struct":
            return f"cannot restore struct from: {found}"
        if (found, self.kind) in _CONVERTIBLE:
            return f"cannot convert {found} to {self.go_type}"
        return f"unrecognized type: {self.kind}"


_GO_KINDS: dict[type, str] = {
    bool: "bool", str: "string", int: "int64", list: "slice", dict: "map",
}  # fmt: skip
_CONVERTIBLE = frozenset({("int64", "string"), ("float64", "int32"), ("float64", "int64")})
"""What Go could convert and Kubernetes will not, since it changes the value."""


def describe(value: Any) -> str:
    """The kind of a JSON value, as the decoder names it."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int | float):
        return "number"
    return "array" if isinstance(value, list) else "object"
