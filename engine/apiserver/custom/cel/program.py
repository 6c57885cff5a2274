"""Compiling and running expressions, with the functions that Kubernetes adds to CEL.

The library is Google's own implementation in C++ (cel-expr-python), which Go's follows. It is
loaded when the first rule is run.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from engine.apiserver.custom.cel.contract import NOT_SUPPORTED
from engine.apiserver.custom.cel.functions import FUNCTIONS, Function
from engine.apiserver.custom.cel.macros import expanded
from engine.apiserver.custom.cel.values import bindable, spelled
from engine.apiserver.custom.json_values import as_characters

_TEXTS = (
    # What cel-go says where the C++ library says otherwise (interpreter/, common/types/, v0.26).
    (re.compile(r'Key not found in map : "?(.*?)"?', re.DOTALL), r"no such key: \1"),
    (re.compile(r"divide by zero"), "division by zero"),
    (re.compile(r"Index error: index=(-?\d+) size=\d+"), r"index out of bounds: \1"),
    (re.compile(r"No matching overloads found.*", re.DOTALL), "no such overload"),
    (re.compile(r"Applying SELECT to non-message type"), "no such overload"),
)
_CODE = re.compile(r"[A-Z_]+: ")

NO_OVERLOAD = "no such overload"


class CelError(Exception):
    """An expression that has no value: a key that is not there, a division by zero."""


class CompilationError(CelError):
    """A text that is no expression."""


class UnsupportedError(CelError):
    """An expression whose value Kubernetes knows and cannot be had here."""


def evaluate(expression: str, seen: Any, old: Any = None, *, optional: bool = False) -> Any:
    """The value of an expression of `self` and `oldSelf`; raises CelError.

    With `optional`, `oldSelf` is an optional value: none of it where `old` is None.
    """
    text = f"(\n{expression}\n)"
    given = "old_" if (made := spelled(old, "old_")) is None else made
    if optional:
        value = "optional.none()" if old is None else f"optional.of({given})"
        text = f"cel.bind(oldSelf, {value}, {text})"
    elif made is not None:
        text = f"cel.bind(oldSelf, {made}, {text})"
    if (made := spelled(seen, "self_")) is not None:
        text = f"cel.bind(self, {made}, {text})"
    values = {"self": bindable(seen), "oldSelf": bindable(old)}
    names = {"self_": values["self"], "old_": values["oldSelf"]}
    return _run(compiled(text), {**values, **names})


def _run(program: Any, names: dict[str, Any]) -> Any:
    """Raises UnsupportedError for values that Python cannot be given: RuntimeError, TypeError."""
    try:
        result = program.eval(data=names)
        if result.type() != _cel().Type.ERROR:
            return result.plain_value()
        message = str(result.value())
    except (RuntimeError, TypeError) as error:
        raise UnsupportedError(str(error)) from None
    raise UnsupportedError(message) if NOT_SUPPORTED in message else CelError(_as_go_says(message))


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Any:
    """The program of an expression. Types are checked when it runs."""
    try:
        return _environment().compile(as_characters(expanded(expression)), disable_check=True)
    except RuntimeError as error:
        raise CompilationError(str(error)) from None


def _as_go_says(message: str) -> str:
    message = _CODE.sub("", message, count=1)
    for pattern, text in _TEXTS:
        if match := pattern.fullmatch(message):
            return match.expand(text)
    return message


@cache
def _cel() -> Any:
    from cel_expr_python import cel

    return cel


@cache
def _environment() -> Any:
    from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings

    cel = _cel()
    by_name: dict[str, list[Any]] = {}
    for index, function in enumerate(FUNCTIONS):
        overload = _overload(f"{function.name}_{index}", function)
        by_name.setdefault(function.name, []).append(overload)
    return cel.NewEnv(
        variables=dict.fromkeys(("self", "oldSelf", "self_", "old_"), cel.Type.DYN),
        extensions=[
            ext_strings.ExtStrings(),
            ext_optional.ExtOptional(),
            ext_bindings.ExtBindings(),
        ],
        functions=[cel.FunctionDecl(name, overloads) for name, overloads in by_name.items()],
    )


def _overload(identity: str, function: Function) -> Any:
    types = _cel().Type
    return _cel().Overload(
        identity,
        return_type=types.DYN,
        parameters=[getattr(types, kind) for kind in function.parameters],
        is_member=function.member,
        impl=function.run,
    )
