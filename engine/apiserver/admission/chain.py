"""The plugins that are on, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.apiserver.admission.contract import Attributes, Plugin
from engine.apiserver.verbs.contract import Object


@dataclass(frozen=True, slots=True)
class Chain:
    """Plugins in the order in which Kubernetes runs them, each first for changes, then all again

    for a last look at what is about to be stored.
    """

    plugins: Sequence[Plugin] = ()
    _of: dict[tuple[str, str], tuple[Plugin, ...]] = field(default_factory=dict, compare=False)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The object as all plugins want it; RefusedError if one refuses it."""
        for plugin in self._asked(attributes):
            obj = plugin.admit(attributes, obj, before)
        return obj

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """RefusedError if a plugin refuses the object that is about to be stored."""
        for plugin in self._asked(attributes):
            plugin.validate(attributes, obj, before)

    def _asked(self, attributes: Attributes) -> tuple[Plugin, ...]:
        """The plugins that have to do with the resource."""
        about = (attributes.write.resource.group, attributes.write.resource.name)
        plugins = self._of.get(about)
        if plugins is None:
            plugins = tuple(p for p in self.plugins if not p.resources or about in p.resources)
            self._of[about] = plugins
        return plugins
