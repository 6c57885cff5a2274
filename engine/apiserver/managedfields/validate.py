"""Does an object fit its type, as far as merging must know?

Source: structured-merge-diff typed/validate.go and typed/helpers.go (ValidationErrors), v6. The
texts show values as Go's %v and %#v do.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
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


def check(
    atom: Atom,
    value: Any,
    allow_duplicates: bool = False,
    known: Any = None,
    *,
    typed: bool = False,
) -> None:
    """Raise TypedError unless the value is of the type.

    What it has in common with `known`, which is of the type, is not looked at again. In an object
    that is in the `typed` form of one of Kubernetes' own kinds, nothing can be wrong but items of
    lists that lack what tells them apart.
    """
    problems: list[Problem] = []
    if isinstance(known, dict) and isinstance(value, dict) and atom.map is not None:
        value = _unknown(value, known)
    _visit(atom, value, _Mode(allow_duplicates, typed), problems)
    if problems:
        raise TypedError(problems)


def fits(atom: Atom, value: Any, known: Any = None) -> bool:
    """Whether a part of an object in its typed form is of its type; two items may be one.

    Items that stand in the same place of `known`, which is of the type, are not looked at again.
    """
    if value is None:
        return True
    if atom.map is not None and isinstance(value, dict):
        form = atom.map
        for name, held in value.items():
            step = form.steps.get(name) or form.step(name)
            if step is None:
                return False
            if not step.is_scalar and step.atom.keyed and not fits(step.atom, held):
                return False
        return True
    if atom.list is not None and isinstance(value, list):
        return _items_fit(atom.list, value, known if isinstance(known, list) else [])
    return value.__class__ in atom.fitting


def _items_fit(form: ListForm, items: list[Any], known: list[Any]) -> bool:
    atom = form.element
    for held, before in zip_longest(items, known[: len(items)]):
        if held is before and held is not None:
            continue
        if held.__class__ in atom.fitting and not form.keys:
            continue
        try:
            if not form.atomic:
                element_of(form, held)
        except ItemError:
            return False
        if not fits(atom, held):
            return False
    return True


def _unknown(value: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """What is not equal to what is known, without the equal parts of its maps."""
    found = {}
    for name, held in value.items():
        before = known.get(name)
        if held is before or (held == before and before is not None):
            continue
        if isinstance(held, dict) and isinstance(before, dict):
            held = _unknown(held, before)
        found[name] = held
    return found


@dataclass(frozen=True, slots=True)
class _Mode:
    """What is looked for."""

    duplicates: bool
    """Whether two items may be one."""
    typed: bool


def _visit(atom: Atom, value: Any, mode: _Mode, problems: list[Problem]) -> None:
    if value is None:
        return
    form = atom.only or atom.form(value)
    if form == "map":
        if not isinstance(value, dict):
            problems.append(("", f"expected map, got {_boxed(value)}"))
        elif atom.map is not None:
            _visit_map(atom.map, value, mode, problems)
    elif form == "list":
        if not isinstance(value, list):
            problems.append(("", f"expected list, got {_boxed(value)}"))
        elif atom.list is not None:
            _visit_list(atom.list, value, mode, problems)
    else:
        message = scalar_problem(atom.scalar, value)
        if message:
            problems.append(("", message))


def _visit_map(form: MapForm, value: dict[str, Any], mode: _Mode, problems: list[Problem]) -> None:
    compiled, typed = form.compiled, mode.typed
    for name, held in value.items():
        atom = compiled.get(name) or form.field(name)
        if atom is None:
            problems.append((f".{name}", "field not declared in schema"))
            return
        # Most values are scalars that fit: a shorter way for these.
        if held.__class__ not in atom.fitting and (atom.keyed or not typed):
            before = len(problems)
            _visit(atom, held, mode, problems)
            if len(problems) > before:
                _prefix(problems, before, f"f:{name}")


def _visit_list(form: ListForm, items: list[Any], mode: _Mode, problems: list[Problem]) -> None:
    atom = form.element
    if form.atomic:
        for index, held in enumerate(items):
            if held.__class__ not in atom.fitting:
                before = len(problems)
                _visit(atom, held, mode, problems)
                _prefix(problems, before, f"i:{index}")
        return
    seen = set()
    for index, held in enumerate(items):
        try:
            element = element_of(form, held)
        except ItemError as error:
            problems.append(("", f"element {index}: {error}"))
            return
        if element in seen and not mode.duplicates:
            problems.append(("", f"duplicate entries for key {elements.display(element)}"))
        seen.add(element)
        before = len(problems)
        _visit(atom, held, mode, problems)
        if len(problems) > before:
            _prefix(problems, before, element)


def _prefix(problems: list[Problem], before: int, element: str) -> None:
    """Put the element before the paths of the problems that were found under it."""
    for index in range(before, len(problems)):
        path, message = problems[index]
        problems[index] = (elements.display(element) + path, message)


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
