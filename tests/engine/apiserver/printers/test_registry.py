"""Every kind prints with the columns that the API server declares."""

import importlib
import json
from pathlib import Path

import pyarrow as pa
import pytest

from engine.apiserver.printers import kinds
from engine.apiserver.printers.contract import Column
from engine.apiserver.printers.registry import PRINTERS, printer_for

ROOT = Path(__file__).resolve().parents[4]
SCHEMA = ROOT.parent / "shared" / "schema" / "kubernetes-1.36.json.zst"
FILES = sorted(path.stem for path in Path(kinds.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_printers_is_registered(name):
    module = importlib.import_module(f"{kinds.__name__}.{name}")
    assert module.PRINTERS
    assert set(map(id, module.PRINTERS)) <= set(map(id, PRINTERS))


def test_a_kind_is_printed_by_one_printer():
    names = [(printer.group, printer.kind) for printer in PRINTERS]
    assert len(names) == len(set(names))


def test_columns_are_those_of_kubernetes():
    if not SCHEMA.exists():
        pytest.skip("the facts about Kubernetes are not here: ../shared/schema")
    with pa.input_stream(SCHEMA, compression="zstd") as stream:
        resources = json.loads(stream.read())["resources"]
    declared = {(r["group"], r["kind"]): r["columns"] for r in resources if r.get("columns")}
    assert set(declared) == {(printer.group, printer.kind) for printer in PRINTERS}
    for (group, kind), columns in declared.items():
        assert printer_for(group, kind).columns == tuple(Column(**column) for column in columns)


def test_a_printer_gives_a_cell_for_each_column_of_an_object_that_has_nothing(now):
    for printer in PRINTERS:
        assert len(printer.cells({}, now)) == len(printer.columns), printer.kind


@pytest.mark.parametrize("junk", [None, 7, "text", True, [], {}, [7], [None], {"a": 7}])
def test_fields_of_a_wrong_type_do_not_stop_a_printer(now, junk):
    names = ("metadata", "spec", "status", "subjects", "webhooks", "involvedObject", "conditions")
    shallow = dict.fromkeys(names, junk)
    fields = (
        "containers",
        "conditions",
        "ports",
        "rules",
        "name",
        "labels",
        "selector",
        "template",
    )
    deep = {name: dict.fromkeys(fields, junk) for name in names}
    for printer in PRINTERS:
        for value in (shallow, deep):
            assert len(printer.cells(value, now)) == len(printer.columns), printer.kind


def test_an_unknown_kind_prints_its_name_and_age(now):
    printer = printer_for("example.com", "Widget")
    value = {"metadata": {"name": "a", "creationTimestamp": "2026-11-21T03:00:00Z"}}
    assert [column.name for column in printer.columns] == ["Name", "Age"]
    assert printer.cells(value, now) == ("a", "10m")


def test_columns_of_a_definition_end_before_one_that_cannot_be_read():
    columns = [
        {"name": "A", "type": "string", "jsonPath": ".a"},
        {"name": "B", "type": "string", "jsonPath": ".b["},
        {"name": "C", "type": "string", "jsonPath": ".c"},
    ]
    printer = printer_for("example.com", "Widget", columns)
    assert [column.name for column in printer.columns] == ["Name", "A"]
