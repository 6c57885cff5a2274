"""Kubernetes' own results for given inputs, kept beside the checkout and not in it."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "vectors" / "dev"


def read(name: str) -> list[dict[str, Any]]:
    """The lines of a vector file; skips the test where the folder is not there."""
    path = FOLDER / f"{name}.jsonl.zst"
    if not path.exists():
        pytest.skip("the conformance vectors are not here: ../shared/vectors/dev")
    with pa.input_stream(path, compression="zstd") as stream:
        return [json.loads(line) for line in stream.read().splitlines()]
