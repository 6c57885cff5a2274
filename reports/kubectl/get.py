"""`kubectl get`, once the objects are there."""

from collections.abc import Sequence
from datetime import datetime

from reports.kubectl.listing import GetOptions, Listing
from reports.kubectl.output import render_objects
from reports.kubectl.table import render_tables
from reports.kubectl.terminal import escape_json, escape_text

TABLES = ("", "wide")


def render(groups: Sequence[Listing], options: GetOptions, now: datetime) -> str:
    """What `kubectl get` writes to standard output. Ages are counted up to `now`.

    Raises OutputError and JSONPathError, whose messages are for the user.
    """
    if options.output in TABLES:
        return render_tables(groups, options, now)
    text = render_objects(groups, options)
    if not options.terminal:
        return text
    return escape_json(text) if _is_json(options.output) else escape_text(text)


def _is_json(output: str) -> bool:
    return output in ("json", "jsonl") or output.startswith("jsonpath-as-json=")


def nothing_found(groups: Sequence[Listing], options: GetOptions) -> str:
    """What `kubectl get` writes to standard error when a table would be empty, else ""."""
    if options.output not in TABLES or any(group.objects for group in groups):
        return ""
    if options.all_namespaces or not all(group.namespaced for group in groups):
        return "No resources found\n"
    return f"No resources found in {options.namespace} namespace.\n"
