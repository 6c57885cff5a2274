"""Every plugin is registered, and the default profile is Kubernetes'."""

import ast
import json
from pathlib import Path

import pytest

from engine.scheduler import plugins
from engine.scheduler.plugins.registry import MAKERS, PLUGINS
from tests.vectors import FOLDER

ROOM = Path(plugins.__file__).parent


def test_each_file_is_one_registered_plugin():
    files = [path for path in ROOM.glob("*.py") if path.stem not in ("__init__", "registry")]
    classes = {
        statement.name
        for path in files
        for statement in ast.parse(path.read_text()).body
        if isinstance(statement, ast.ClassDef) and not statement.name.startswith("_")
    }
    assert classes == {type(make({})).__name__ for make in MAKERS.values()}
    assert len(files) == len(PLUGINS)


def test_a_plugin_is_registered_by_the_name_that_it_has():
    assert {name: make({}).name for name, make in MAKERS.items()} == {name: name for name in MAKERS}


def test_order_and_weights_are_those_of_the_default_configuration():
    constants = FOLDER / "constants.json"
    if not constants.exists():
        pytest.skip("the conformance vectors are not here: ../shared/vectors/dev")
    defaults = json.loads(constants.read_text())["defaultConfigurations"]
    [profile] = defaults["kubeSchedulerConfiguration"]["profiles"]
    enabled = profile["plugins"]["multiPoint"]["enabled"]
    expected = [(plugin["name"], plugin.get("weight", 0)) for plugin in enabled]
    assert [(name, weight) for name, weight, _ in PLUGINS] == expected
