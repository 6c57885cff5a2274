"""A map that forks in no time: what is common to the forks is shared, each adds its own on top."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import pairwise
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

DEPTH_MAX = 6
"""A lookup goes through at most so many layers; a fork merges the small ones beyond that."""


class Layers(Generic[K, V]):
    """A map of layers: the last one is its own, those below are shared and never change.

    A None in a layer says that the key, which a layer below has, is gone.
    """

    __slots__ = ("_below", "_count", "_own")

    def __init__(self) -> None:
        self._below: tuple[dict[K, V | None], ...] = ()
        self._own: dict[K, V | None] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def get(self, key: K) -> V | None:
        """The value at `key`, None if there is none."""
        if key in self._own:
            return self._own[key]
        for layer in reversed(self._below):
            if key in layer:
                return layer[key]
        return None

    def __setitem__(self, key: K, value: V) -> None:
        self._count += self.get(key) is None
        self._own[key] = value

    def __delitem__(self, key: K) -> None:
        if self.get(key) is None:
            raise KeyError(key)
        self._count -= 1
        if any(key in layer for layer in self._below):
            self._own[key] = None
        else:
            del self._own[key]

    def items(self) -> Iterator[tuple[K, V]]:
        """All keys and values, in no order that means anything."""
        if not self._below:
            yield from ((key, value) for key, value in self._own.items() if value is not None)
            return
        for index, layer in enumerate((*self._below, self._own)):
            above = (*self._below, self._own)[index + 1 :]
            for key, value in layer.items():
                if value is not None and not any(key in over for over in above):
                    yield key, value

    def fork(self) -> Layers[K, V]:
        """A map with the same content; what is written to one is not seen in the other."""
        if self._own:
            self._below = _merged((*self._below, self._own))
            self._own = {}
        twin: Layers[K, V] = Layers()
        twin._below, twin._count = self._below, self._count
        return twin


def _merged(layers: tuple[dict[K, V | None], ...]) -> tuple[dict[K, V | None], ...]:
    """The same content in at most DEPTH_MAX layers: neighbours of the least size are joined."""
    while len(layers) > DEPTH_MAX:
        sizes = [len(a) + len(b) for a, b in pairwise(layers)]
        at = sizes.index(min(sizes))
        joined = {**layers[at], **layers[at + 1]}
        layers = (*layers[:at], joined, *layers[at + 2 :])
    return layers
