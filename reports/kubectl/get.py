"""`kubectl get`, once the objects are there."""

from collections.abc import Sequence
from datetime import datetime

from reports.kubectl.listing import GetOptions, Listing
from reports.kubectl.output import render_objects
from reports.kubectl.table import render_tables

TABLES = ("", "wide")


def render(groups: Sequence[Listing], options: GetOptions, now: datetime) -> str:
    """What `kubectl get` writes to standard output. Ages are counted up to `now`.

    Raises OutputError and JSONPathError, whose messages are for the user.
    """
    if options.output in TABLES:
        return render_tables(groups, options, now)
    return render_objects(groups, options)


def nothing_found(groups: Sequence[Listing], options: GetOptions) -> str:
    """What `kubectl get` writes to standard error when a table would be empty, else ""."""
    if options.output not in TABLES or any(group.objects for group in groups):
        return ""
    if options.all_namespaces or not all(group.namespaced for group in groups):
        return "No resources found\n"
    return f"No resources found in {options.namespace} namespace.\n"
