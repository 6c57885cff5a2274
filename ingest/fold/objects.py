"""Objects as they are now, parsed: those that were written or asked for last.

The body of a version is text. What is written often is parsed once: its object stays beside the
text for as long as that is the same, and is shared by all who only look at it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from ingest.bodies import Object, is_usable, parsed, usable
from ingest.version import Held, Version

HELD_MAX = 2_048
"""So many objects are held: of pods, some 50 MB."""

SUPERSEDED_MAX = 64
"""So many of versions that others came after: they may still be completed, and most that are, soon.
To take apart an object that nobody looked at for long is slow."""


@dataclass(slots=True)
class Objects:
    """The versions whose objects are held, in the order in which they came to be."""

    _holding: OrderedDict[int, Version] = field(default_factory=OrderedDict)
    _superseded: OrderedDict[int, Version] = field(default_factory=OrderedDict)

    def of(self, version: Version, *, pod: bool = False) -> Object | None:
        """The object of a version, not to be changed; None where it can't be used."""
        found = known(version)
        if found is not None:
            return found
        obj = usable(version.body, pod=pod)
        if obj is not None:
            self.hold(version, obj)
        return obj

    def hold(self, version: Version, obj: Object) -> None:
        """Hold the object that a version's body spells; it must be usable."""
        version.held = Held(version.body or "", obj)
        _add(self._holding, version, HELD_MAX)

    def supersede(self, version: Version) -> None:
        """Another version came after this one: few ask for its object from now on."""
        if self._holding.pop(id(version), None) is not None:
            _add(self._superseded, version, SUPERSEDED_MAX)


def _add(holding: OrderedDict[int, Version], version: Version, count_max: int) -> None:
    """Put a version last; the first one lets go of its object if there are too many."""
    holding[id(version)] = version
    holding.move_to_end(id(version))
    if len(holding) > count_max:
        holding.popitem(last=False)[1].held = None


def known(version: Version) -> Object | None:
    """The object that is held of a version, not to be changed; None if there is none."""
    held = version.held
    return held.obj if held is not None and held.text is version.body else None


def looked_at(version: Version) -> Object | None:
    """The object of a version, not to be changed, for those who need it just once."""
    found = known(version)
    if found is not None:
        return found
    return parsed(version.body) or None if is_usable(version.body) else None


def rewrite(version: Version, obj: Object) -> None:
    """Give a version another body, as usable as the one before; what was held stays at hand."""
    is_held = known(version) is not None
    version.spell(obj)
    version.held = Held(version.body or "", obj) if is_held else None
