"""The errors of reading sources. Each message is one line and says what to do next."""

from engine.errors import KubeRewindError

__all__ = ["KubeRewindError", "SourceError"]


class SourceError(KubeRewindError):
    """A source that cannot be read at all: missing, unreadable, or no record of a cluster."""
