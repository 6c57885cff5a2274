"""The names of a custom resource (ValidateCustomResourceDefinitionNames, v1.36)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, invalid
from engine.apiserver.validation.names import is_dns1035_label


def validate_names(names: Mapping[str, Any], path: Path) -> list[FieldError]:
    """`spec.names`, or `status.acceptedNames`, which may be empty."""
    errors = []
    for name in ("plural", "singular"):
        value = names.get(name) or ""
        if value and (problems := is_dns1035_label(value)):
            errors.append(invalid(path.child(name), value, ",".join(problems)))
    for name in ("kind", "listKind"):
        value = names.get(name) or ""
        if value and (problems := is_dns1035_label(value.lower())):
            explanation = "may have mixed case, but should otherwise match: " + ",".join(problems)
            errors.append(invalid(path.child(name), value, explanation))
    errors += _validate_labels(names.get("shortNames") or (), path.child("shortNames"))
    kind = names.get("kind") or ""
    if kind and kind == names.get("listKind"):
        explanation = "kind and listKind may not be the same"
        errors.append(invalid(path.child("listKind"), kind, explanation))
    return errors + _validate_labels(names.get("categories") or (), path.child("categories"))


def _validate_labels(labels: Any, path: Path) -> list[FieldError]:
    return [
        invalid(path.index(index), label, ",".join(problems))
        for index, label in enumerate(labels)
        if (problems := is_dns1035_label(label))
    ]
