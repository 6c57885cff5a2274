"""Every result in the conformance vectors is what Kubernetes itself computed; so are ours."""

import subprocess
import sys

import pytest
import zstandard

from tests.conformance.families import checker_of
from tests.vectors import FOLDER, read

FAMILIES = sorted(path.name.removesuffix(".jsonl.zst") for path in FOLDER.glob("*.jsonl.zst"))


@pytest.mark.parametrize("family", [name for name in FAMILIES if checker_of(name)])
def test_every_result_is_that_of_kubernetes(family):
    checker = checker_of(family)
    differing = {vector["id"]: found for vector in read(family) if (found := checker(vector))}
    assert differing == {}


def test_a_wrong_result_is_told_with_its_place():
    vector = {
        "id": "wrong",
        "type": "merge",
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "original": {"data": {"a": "1"}},
        "patch": {"data": {"a": None}},
        "result": {"data": {"a": "1"}},
    }
    assert checker_of("patch")(vector) == ['.result.data.a: expected "1", got nothing']


def test_a_family_without_a_model_has_no_checker():
    assert checker_of("weather") is None


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "holds no vectors"), (b"[1]\n", "line 1: no JSON object"), (b"{", "line 1: cannot be")],
)
def test_a_file_without_vectors_is_an_error_and_no_success(tmp_path, content, told):
    (tmp_path / "patch.jsonl.zst").write_bytes(zstandard.compress(content))
    command = [sys.executable, "benchmarks/conformance.py", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr
