"""What an admission plugin offers.

Source: k8s.io/apiserver pkg/admission/interfaces.go, v1.36.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from engine.apiserver.verbs.contract import Choices, Object, View, Write

CREATE = "CREATE"
UPDATE = "UPDATE"
DELETE = "DELETE"

PODS = ("", "pods")


class Attributes(msgspec.Struct, frozen=True):
    """The write that is to be admitted. `operation` is CREATE, UPDATE, DELETE or CONNECT."""

    operation: str
    write: Write
    view: View
    choices: Choices

    def is_about(self, group: str, resource: str, subresource: str = "") -> bool:
        """Whether the write is to that resource."""
        about = self.write.resource
        return (about.group, about.name, self.write.subresource) == (group, resource, subresource)

    @property
    def creates(self) -> bool:
        """Whether the write makes a new object, and not one of its subresources."""
        return self.operation == CREATE and not self.write.subresource

    @property
    def updates(self) -> bool:
        """Whether the write changes an object itself, and not one of its subresources."""
        return self.operation == UPDATE and not self.write.subresource


class Plugin(Protocol):
    """One plugin. Both functions raise `engine.apiserver.verbs.status.RefusedError` to refuse.

    The objects that they get are not changed: what `admit` changes is in the copy that it returns.
    A plugin is only asked about its `resources`, (group, name) each; about all if it names none.
    """

    name: str
    resources: tuple[tuple[str, str], ...] = ()

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The object as the plugin wants it; `before` is None for a create."""
        return obj

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """Look at the object that is about to be stored."""
        return
