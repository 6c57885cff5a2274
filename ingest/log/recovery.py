"""After a crash: which commits count, and which files nobody needs any more."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ingest.log.current import DERIVED, VERIFIED, Current, span_of
from ingest.log.delta import DeltaLog
from ingest.log.files import is_ours
from ingest.log.schema import TABLES

TEMPORARY = "tmp"

_LOG_ENTRY = re.compile(r"_last_checkpoint|\d{20}\.(json|crc|.*\.?parquet|.*compacted\.json)")
"""What a Delta log consists of; anything else in it is the rest of an interrupted commit."""


def reconciled(folder: Path, current: Current | None) -> Current:
    """What readers should see of a cluster's folder, going by its Delta logs.

    A run may have ended between a commit and the replacement of `current.json`. Commits to the
    events and the other recorded tables count at once. The derived tables count once all of them
    were committed by the same derivation; else what `current` says of them stays. A verified table
    counts if it was made from those.
    """
    logs = {table.name: DeltaLog(folder, table) for table in TABLES}
    found = _derived(logs, current or Current())
    verified = {
        name: logs[name].live()
        for name in VERIFIED
        if logs[name].metadata().get("derivation") == found.derivation is not None
    }
    return replace(found, tables={**found.without_verified().tables, **verified})


def _derived(logs: Mapping[str, DeltaLog], before: Current) -> Current:
    """The recorded and the derived tables."""
    tables = dict(before.tables)
    for name, log in logs.items():
        if name not in (*DERIVED, *VERIFIED):
            tables[name] = log.live()
    made = [logs[name].metadata() for name in DERIVED]
    derivation = made[0].get("derivation")
    if derivation is None or any(each != made[0] for each in made):
        return replace(before, tables=tables)
    tables.update({name: logs[name].live() for name in DERIVED})
    made_with, span = made[0].get("made_with", ""), span_of(made[0].get("span"))
    return Current(tables, made[0]["made_from"], derivation, made_with, span)


def sweep(folder: Path, current: Current) -> None:
    """Remove the files of a cluster that are neither in `current` nor live in a Delta log.

    The caller makes sure that no reader holds an older state.
    """
    shutil.rmtree(folder / TEMPORARY, ignore_errors=True)
    for table in TABLES:
        live = (*current.table(table.name).files, *DeltaLog(folder, table).live().files)
        keep = {folder / file.path for file in live}
        for path in sorted((folder / table.name).glob("*")):
            if path.is_file() and is_ours(path.name) and path not in keep:
                path.unlink()
        for path in sorted((folder / table.name / "_delta_log").glob("*")):
            if path.is_file() and not _LOG_ENTRY.fullmatch(path.name):
                path.unlink()
