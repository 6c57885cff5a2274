"""Why a JSON value does not fit its Go type, in the words of Go's decoder.

Source: encoding/json decode.go (UnmarshalTypeError, addErrorContext), which sigs.k8s.io/json keeps.
"""

from typing import Any

from engine.errors import KubeRewindError


class DecodeError(KubeRewindError, ValueError):
    """The JSON does not fit the type of its kind; the message is that of Go's decoder."""


class Misfit(Exception):  # noqa: N818 - it never leaves this package
    """A value that does not fit, on its way up: each struct adds the name of its field.

    `what` is the value in Go's words (`string`, `number 1.5`) and `go_type` what it should have
    been. `text` stands instead of both where a type with its own decoder refused the value.
    """

    def __init__(self, what: str, go_type: str, text: str = "") -> None:
        self.what = what
        self.go_type = go_type
        self.text = text
        self.struct = ""
        self.path: list[str] = []

    def inside(self, struct: str, field: str) -> None:
        """Note the field it was found in; the innermost struct gives its name."""
        self.struct = self.struct or struct.rpartition(".")[2]
        self.path.append(field)

    def message(self) -> str:
        """As Go prints it."""
        if self.text:
            return self.text
        if not self.struct:
            return f"json: cannot unmarshal {self.what} into Go value of type {self.go_type}"
        path = ".".join(reversed(self.path))
        return (
            f"json: cannot unmarshal {self.what} into Go struct field {self.struct}.{path}"
            f" of type {self.go_type}"
        )


def describe(value: Any) -> str:
    """The kind of a JSON value, as the decoder names it."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int | float):
        return "number"
    return "array" if isinstance(value, list) else "object"
