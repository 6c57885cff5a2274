"""What differs between kinds: how objects are decoded, patched, prepared, validated and encoded.

Kinds that are compiled into Kubernetes go through Go's types; custom resources through the schema
of their definition. The verbs ask for either by one contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from engine.apiserver.managedfields.kinds import KindRules
from engine.apiserver.validation.field import FieldError
from engine.apiserver.verbs.contract import Object, View, Write


class Rules(Protocol):
    """How one kind is written. Objects that come in are not changed, but for those prepared."""

    @property
    def unconditional_update(self) -> bool:
        """Whether an update may come without the revision that it is based on."""

    @property
    def create_on_update(self) -> bool:
        """Whether an update of what is not there creates it."""

    @property
    def fields(self) -> KindRules | None:
        """What the field manager must know of the kind; None if it finds that by itself."""

    def decoded(self, write: Write, body: Any) -> Object:
        """A body as the server holds it: typed and defaulted; RefusedError if it does not fit."""

    def in_store(self, obj: Object) -> Object:
        """An object of the request's version in the version that is stored."""

    def in_request(self, obj: Object) -> Object:
        """An object of the version that is stored in the request's."""

    def read(self, stored: Object) -> Object:
        """An object as the server holds it once it has read it from the store."""

    def patched(self, write: Write, live: Object) -> Object:
        """What a JSON, merge or strategic patch makes of an object: typed and defaulted.

        Both are of the request's version.
        """

    def completed(self, obj: Object) -> Object | None:
        """A stored object, if it is as these rules make one of the request's version, else None.

        Its fields then stand in the order in which the rules leave them.
        """

    def prepare_for_create(self, write: Write, obj: Object) -> None:
        """Take from a new object what a create may not set, in place."""

    def prepare_for_update(self, write: Write, obj: Object, before: Object) -> None:
        """Take back what an update may not change, and let the generation grow; in place."""

    def create_errors(self, write: Write, obj: Object, view: View) -> Sequence[FieldError]:
        """What is wrong with a new object."""

    def update_errors(
        self, write: Write, obj: Object, before: Object, view: View
    ) -> Sequence[FieldError]:
        """What is wrong with an update."""

    def encoded(self, obj: Object, decoded: Object | None) -> Object:
        """The object as it is stored.

        `decoded` is what these rules decoded, or patched, and the object was made of, if so; it is
        as it was then, but for what its strategy changed below spec and status.
        """
