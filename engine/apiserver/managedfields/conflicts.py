"""What server-side apply answers when it is refused.

Source: structured-merge-diff merge/conflict.go (v6); k8s.io/apimachinery pkg/util/managedfields/
internal/conflict.go and pkg/api/errors (NewApplyConflict), v1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.apiserver.managedfields.elements import display_path
from engine.apiserver.managedfields.entries import UPDATE, Identity
from engine.apiserver.managedfields.fieldset import Path
from engine.model.quoting import quote

CAUSE = "FieldManagerConflict"


class ApplyError(ValueError):
    """An applied configuration that is refused with 400; the message is Kubernetes'."""


class InternalApplyError(ApplyError):
    """An error that Kubernetes answers with 500, as it did not foresee it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that another manager holds."""

    manager: Identity
    path: Path

    @property
    def message(self) -> str:
        """As a cause of the Status says it."""
        return f"conflict with {shown(self.manager)}"

    @property
    def field(self) -> str:
        """The field as the Status shows it."""
        return display_path(self.path)


class ConflictError(ValueError):
    """Fields that others hold, with other values: 409; the message and the causes are a Status'."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        # Managers are taken in their order; Kubernetes' causes have none.
        self.conflicts = tuple(sorted(conflicts, key=lambda conflict: conflict.manager.text()))
        super().__init__(_message(self.conflicts))

    @property
    def causes(self) -> list[dict[str, str]]:
        """The causes of the Status."""
        return [
            {"reason": CAUSE, "message": conflict.message, "field": conflict.field}
            for conflict in self.conflicts
        ]


def shown(manager: Identity) -> str:
    """A manager as messages name it."""
    text = quote(manager.manager)
    if manager.subresource:
        text = f"{text} with subresource {quote(manager.subresource)}"
    return f"{text} using {manager.api_version}" if manager.operation == UPDATE else text


def _message(conflicts: tuple[Conflict, ...]) -> str:
    if len(conflicts) == 1:
        [only] = conflicts
        return f"Apply failed with 1 conflict: {only.message}: {only.field}"
    by_manager: dict[Identity, list[str]] = {}
    for conflict in conflicts:
        by_manager.setdefault(conflict.manager, []).append(f"- {conflict.field}")
    lines = [
        line
        for manager, fields in by_manager.items()
        for line in (f"conflicts with {shown(manager)}:", *fields)
    ]
    return f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)
