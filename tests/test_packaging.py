"""The wheel is what users get: everything that the source has, under the one name kuberewind."""

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("engine", "ingest", "replay", "reports")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SETUPTOOLS = PROJECT["tool"]["setuptools"]


def source_files():
    return [
        path.relative_to(ROOT)
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def package_of(path):
    return ".".join(["kuberewind", *path.parent.parts])


def is_package_data(path):
    """Whether a pattern names the file, seen from its package or from one above it."""
    for folder in path.parents:
        package = ".".join(["kuberewind", *folder.parts])
        patterns = SETUPTOOLS["package-data"]["*"] + SETUPTOOLS["package-data"].get(package, [])
        inside = path.relative_to(folder)
        if package in SETUPTOOLS["packages"] and any(
            inside.match(pattern) and str(inside).count("/") == pattern.count("/")
            for pattern in patterns
        ):
            return True
    return False


def imported_at_run_time(tree):
    """Names of the packages that the module imports, those for type checkers alone left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
        yield from imported_at_run_time(node)


def test_every_package_folder_is_in_the_wheel():
    packages = {package_of(path) for path in source_files() if path.suffix == ".py"}
    assert sorted({"kuberewind", *packages}) == sorted(SETUPTOOLS["packages"])


def test_every_data_file_is_in_the_wheel():
    data_files = [path for path in source_files() if path.suffix != ".py"]
    assert [str(path) for path in data_files if not is_package_data(path)] == []


def test_every_import_is_a_declared_dependency():
    declared = {text.split(">")[0].lower() for text in PROJECT["project"]["dependencies"]}
    known = {*sys.stdlib_module_names, *ROOMS}
    distributions = packages_distributions()
    undeclared = {
        f"{path}: {name}"
        for path in [*source_files(), Path("cli.py")]
        if path.suffix == ".py"
        for name in imported_at_run_time(ast.parse((ROOT / path).read_text()))
        if name not in known
        and not declared & {found.lower() for found in distributions.get(name, [])}
    }
    assert sorted(undeclared) == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy, so that the checkout stays as it is."""
    source = tmp_path_factory.mktemp("source")
    for path in [*source_files(), *map(Path, ("cli.py", "pyproject.toml", "README.md", "LICENSE"))]:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, source / path)
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(source)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    [found] = out.glob("*.whl")
    return found


@pytest.mark.slow
def test_the_wheel_holds_the_source_under_one_name_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {Path("cli.py"), *source_files()}
    assert names == {f"kuberewind/{path}" for path in expected}


@pytest.mark.slow
@pytest.mark.parametrize("command", ["kuberewind", "kubectl-rewind"])
def test_the_installed_wheel_runs_from_any_folder(wheel, tmp_path, command):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True
    )
    # The dependencies are those of this environment; what it imports kuberewind from comes later.
    site_packages = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shown = subprocess.run(
        [python.parent / command, "--help"],
        cwd=elsewhere,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert "Usage: " in shown.stdout
