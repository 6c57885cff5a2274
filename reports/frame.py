"""What every page is put into: files of templates/, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files


def policy(*scripts: str) -> str:
    """A content security policy: these scripts by their hashes, and nothing from anywhere.

    Plotly writes style elements of its own, draws heat maps as data: images and saves pictures by
    way of blob: ones.
    """
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def read(package: str, name: str) -> str:
    """The text of a file that is part of a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
