"""The rules of docs/CONTRIBUTING.md that no linter knows."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = [ROOT / name for name in ("engine", "ingest", "replay", "reports")]
LINES_MAX = 600


def python_files(*folders):
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


SOURCE = [ROOT / "cli.py", *python_files(*ROOMS)]
INITS = sorted({path.parent / "__init__.py" for path in python_files(*ROOMS)})


def name_of(path):
    return str(path.relative_to(ROOT))


def test_no_file_is_longer_than_one_can_keep_in_mind():
    files = [*SOURCE, *python_files(ROOT / "tests", ROOT / "benchmarks")]
    files += [path for room in ROOMS for path in room.rglob("*.sql")]
    lengths = {name_of(path): path.read_text().count("\n") for path in files}
    assert {name: length for name, length in lengths.items() if length > LINES_MAX} == {}


@pytest.mark.parametrize("init", INITS, ids=name_of)
def test_every_package_says_in_a_line_what_it_is(init):
    assert init.exists()
    [statement] = ast.parse(init.read_text()).body
    assert ast.get_docstring(ast.Module([statement], []))
    assert init.read_text().count("\n") == 1


def test_the_root_and_the_tests_are_no_packages():
    assert not (ROOT / "__init__.py").exists()
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_nothing_imports_the_command_line():
    imports = {
        name_of(path)
        for path in python_files(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Import) and any(alias.name == "cli" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "cli")
    }
    assert imports == set()
