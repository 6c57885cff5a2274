"""Does an object fit its type, as far as merging must know?

Source: structured-merge-diff typed/validate.go and typed/helpers.go (ValidationErrors), v6. The
texts show values as Go's %v and %#v do.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.managedfields import elements
from engine.apiserver.managedfields.lists import ItemError, element_of
from engine.apiserver.managedfields.schema import Atom, ListForm, MapForm, Scalar
from engine.model.quoting import quote

Problem = tuple[str, str]
"""(path, message)."""


class TypedError(ValueError):
    """A value that does not fit its type, in structured-merge-diff's words."""

    def __init__(self, problems: list[Problem]) -> None:
        texts = [f"{path}: {message}" if path else message for path, message in problems]
        super().__init__(texts[0] if len(texts) == 1 else "\n  ".join(["errors:", *texts]))
        self.problems = problems


def check(atom: Atom, value: Any, allow_duplicates: bool = False) -> None:
    """Raise TypedError unless the value is of the type."""
    problems: list[Problem] = []
    _visit(atom, value, "", allow_duplicates, problems)
    if problems:
        raise TypedError(problems)


def _visit(atom: Atom, value: Any, path: str, duplicates: bool, problems: list[Problem]) -> None:
    if value is None:
        return
    form = atom.only or atom.form(value)
    if form == "scalar":
        message = scalar_problem(atom.scalar, value) if atom.scalar else None
        if message:
            problems.append((path, message))
    elif form == "map":
        if not isinstance(value, dict):
            problems.append((path, f"expected map, got {_boxed(value)}"))
        elif atom.map is not None:
            _visit_map(atom.map, value, path, duplicates, problems)
    elif not isinstance(value, list):
        problems.append((path, f"expected list, got {_boxed(value)}"))
    elif atom.list is not None:
        _visit_list(atom.list, value, path, duplicates, problems)


def _visit_map(
    form: MapForm, value: dict[str, Any], path: str, duplicates: bool, problems: list[Problem]
) -> None:
    for name, held in value.items():
        atom = form.field(name)
        if atom is None:
            problems.append((f"{path}.{name}", "field not declared in schema"))
            return
        # Most values are texts where texts belong: a shorter way for these.
        if held.__class__ is str and atom.scalar in ("string", "untyped"):
            continue
        _visit(atom, held, f"{path}.{name}", duplicates, problems)


def _visit_list(
    form: ListForm, items: list[Any], path: str, duplicates: bool, problems: list[Problem]
) -> None:
    seen = set()
    atom = form.element
    for index, held in enumerate(items):
        step = f"[{index}]"
        if not form.atomic:
            try:
                element = element_of(form, held)
            except ItemError as error:
                problems.append((path, f"element {index}: {error}"))
                return
            step = elements.display(element) if len(element) < _DISPLAY_MAX else step
            if element in seen and not duplicates:
                problems.append((path, f"duplicate entries for key {step}"))
            seen.add(element)
        _visit(atom, held, path + step, duplicates, problems)


_DISPLAY_MAX = 4096


def scalar_problem(scalar: Scalar | None, value: Any) -> str | None:
    """What is wrong with a value that should be such a scalar; None if nothing is."""
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if scalar == "numeric" and not is_number:
        return f"expected numeric (int or float), got {_go_type(value)}"
    if scalar == "string" and not isinstance(value, str):
        return f"expected string, got &value.valueUnstructured{{Value:{_syntax(value)}}}"
    if scalar == "boolean" and not isinstance(value, bool):
        return f"expected boolean, got {_boxed(value)}"
    if scalar == "untyped" and not isinstance(value, str | int | float):
        return f"expected any scalar, got {_boxed(value)}"
    return None


def _go_type(value: Any) -> str:
    if isinstance(value, dict):
        return "map[string]interface {}"
    if isinstance(value, list):
        return "[]interface {}"
    return "bool" if isinstance(value, bool) else "string"


def _boxed(value: Any) -> str:
    return f"&{{{_plain(value)}}}"


def _plain(value: Any) -> str:
    """Go's %v."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{name}:{_plain(value[name])}' for name in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(_plain, value))}]"
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    return elements.shown_number(value) if isinstance(value, float) else str(value)


def _syntax(value: Any) -> str:
    """Go's %#v."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{quote(name)}:{_syntax(value[name])}" for name in sorted(value))
        return f"map[string]interface {{}}{{{pairs}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_syntax, value))}}}"
    if isinstance(value, str):
        return quote(value)
    return "interface {}(nil)" if value is None else _plain(value)
