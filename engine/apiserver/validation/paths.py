"""Paths of files, as volumes and mounts name them.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from engine.apiserver.validation.field import FieldError, Path, invalid


def validate_no_backsteps(value: str, path: Path) -> list[FieldError]:
    if ".." in value.split("/"):
        return [invalid(path, value, "must not contain '..'")]
    return []


def validate_local_descending_path(value: str, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if value.startswith("/"):
        errors.append(invalid(path, value, "must be a relative path"))
    return errors + validate_no_backsteps(value, path)


def validate_local_non_reserved_path(value: str, path: Path) -> list[FieldError]:
    errors = validate_local_descending_path(value, path)
    if value.startswith("..") and not value.startswith("../"):
        errors.append(invalid(path, value, "must not start with '..'"))
    return errors


def leaves_its_folder(value: str) -> bool:
    """It is no path that stays below the folder it is relative to."""
    return bool(validate_local_non_reserved_path(value, Path("")))
