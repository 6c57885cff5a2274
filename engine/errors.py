"""The base of the errors that a user can cause, here so that every floor can raise one."""


class KubeRewindError(Exception):
    """The command line prints the message alone, in one line, and exits with 2."""


class NotFoundError(KubeRewindError):
    """An object that was asked for by name is not there: the exit status is 1, as kubectl's is."""
