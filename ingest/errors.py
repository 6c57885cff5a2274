"""The errors that a user can cause. Each message is one line and says what to do next."""


class KubeRewindError(Exception):
    """Base of them all: the command line prints the message alone and exits with 2."""


class SourceError(KubeRewindError):
    """A source that cannot be read at all: missing, unreadable, or no record of a cluster."""
