"""The bundled recording: three minutes of a real cluster; README.md beside it says which."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from pathlib import Path

RECORDING = "rollout.jsonl.zst"


def recording() -> AbstractContextManager[Path]:
    """The path of the bundled audit log, for as long as the context lasts."""
    return as_file(files("reports.demo") / RECORDING)
