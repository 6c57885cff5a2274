"""Images on nodes: how large each is, and how many nodes have it.

After imageStates in pkg/scheduler/backend/cache/cache.go (v1.36). A scheduling cycle reads, of each
node, the numbers of the cycle in which the node was last copied to the snapshot (NodeInfo.Snapshot
in pkg/scheduler/framework/types.go): what other nodes pulled since does not count there yet.
"""

from collections.abc import Mapping
from typing import NamedTuple


class ImageState(NamedTuple):
    """One image."""

    size_bytes: int
    nodes: int
    """How many have it."""


ImageStates = Mapping[str, ImageState]
"""By each name of an image. It never changes."""


class Images:
    """The images of nodes that come, change and go."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._nodes: dict[str, set[str]] = {}
        self._states: ImageStates | None = None

    def add(self, node: str, sizes: Mapping[str, int]) -> None:
        """A node has images. An image is as large as the first node says that told of it."""
        for image, size in sizes.items():
            self._sizes.setdefault(image, size)
            self._nodes.setdefault(image, set()).add(node)
        self._states = None

    def remove(self, node: str, sizes: Mapping[str, int]) -> None:
        """A node has them no more."""
        for image in sizes:
            others = self._nodes[image]
            others.remove(node)
            if not others:
                del self._nodes[image], self._sizes[image]
        self._states = None

    def states(self) -> ImageStates:
        """All images as they are now."""
        if self._states is None:
            self._states = {
                image: ImageState(self._sizes[image], len(nodes))
                for image, nodes in self._nodes.items()
            }
        return self._states
