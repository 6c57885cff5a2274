"""The plugins that are on, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.apiserver.admission.contract import Attributes, Plugin
from engine.apiserver.verbs.contract import Object


class _Asked(NamedTuple):
    """The plugins that have to do with a resource, and do anything."""

    to_admit: tuple[Plugin, ...]
    to_validate: tuple[Plugin, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Plugins in the order in which Kubernetes runs them, each first for changes, then all again

    for a last look at what is about to be stored.
    """

    plugins: Sequence[Plugin] = ()
    _of: dict[tuple[str, str], _Asked] = field(default_factory=dict, compare=False)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The object as all plugins want it; RefusedError if one refuses it."""
        for plugin in self._asked(attributes).to_admit:
            obj = plugin.admit(attributes, obj, before)
        return obj

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """RefusedError if a plugin refuses the object that is about to be stored."""
        for plugin in self._asked(attributes).to_validate:
            plugin.validate(attributes, obj, before)

    def _asked(self, attributes: Attributes) -> _Asked:
        resource = attributes.write.resource
        about = (resource.group, resource.name)
        asked = self._of.get(about)
        if asked is None:
            plugins = [p for p in self.plugins if not p.resources or about in p.resources]
            asked = self._of[about] = _Asked(
                tuple(p for p in plugins if type(p).admit is not Plugin.admit),
                tuple(p for p in plugins if type(p).validate is not Plugin.validate),
            )
        return asked
