import io
import json
from dataclasses import dataclass, field

import pytest

from reports.scheduling.verification import MISSES_MAX, printer
from reports.tables import OutputError


@dataclass(frozen=True)
class Miss:
    number: int = 3
    event: str = "Scheduled"
    namespace: str = "shop"
    name: str = "web"
    time: int = 1_795_230_000_000_000
    recorded: str = "node-1"
    modelled: str = "node-2"
    plugin: str = "NodeResourcesFit"
    cause: str = "behind"
    because: str = "rv:7 nodes node-2, 3 ms old"


@dataclass(frozen=True)
class Outcome:
    bindings: int = 80
    in_best_set: int = 79
    failures: int = 0
    equal_messages: int = 0
    not_modelled: dict[str, int] = field(default_factory=dict)
    misses: tuple[Miss, ...] = (Miss(),)


@pytest.fixture(autouse=True)
def _narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def _lines(outcome):
    out = io.StringIO()
    printer("table")(outcome, out)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 80 or len(outcome.misses) > MISSES_MAX
    return [" ".join(line.split()) for line in lines]


def test_shares_are_told_and_a_share_of_nothing_is_none() -> None:
    lines = _lines(Outcome(misses=()))
    assert lines == ["bindings in the best set 79 of 80 98.75 %", "messages equal 0 of 0"]


def test_misses_are_counted_by_plugin_and_cause_and_told_with_the_write() -> None:
    lines = _lines(Outcome(misses=(Miss(), Miss(), Miss(plugin="", cause="unknown", because=""))))
    assert "MISSES BY PLUGIN BEHIND UNKNOWN" in lines
    assert "NodeResourcesFit 2" in lines
    assert "none alone 1" in lines
    assert "behind: rv:7 nodes node-2, 3 ms old" in lines
    assert "3: Scheduled shop/web, 2026-11-21T03:00:00Z" in lines


def test_many_misses_are_left_to_a_query() -> None:
    lines = _lines(Outcome(misses=(Miss(),) * (MISSES_MAX + 2)))
    assert lines.count("recorded: node-1") == MISSES_MAX
    assert lines[-1].startswith("and 2 more: kuberewind sql ")


def test_what_is_not_modelled_is_in_no_share() -> None:
    lines = _lines(Outcome(not_modelled={"gangs": 2}, misses=()))
    assert lines[-1] == "not asked: 2 decisions: gangs"


def test_a_record_without_decisions_says_so() -> None:
    assert _lines(Outcome(0, 0, misses=())) == ["the record holds no decision of the scheduler"]


def test_controls_in_names_are_shown_as_escapes() -> None:
    assert "3: Scheduled shop/^[[31m, 2026-11-21T03:00:00Z" in _lines(
        Outcome(misses=(Miss(name="\x1b[31m"),))
    )


def test_json_has_the_numbers_and_every_miss() -> None:
    out = io.StringIO()
    printer("json")(Outcome(), out)
    found = json.loads(out.getvalue())
    assert (found["bindings"], found["inBestSet"]) == (80, 79)
    assert found["misses"][0]["because"] == "rv:7 nodes node-2, 3 ms old"


def test_another_form_is_refused() -> None:
    with pytest.raises(OutputError, match="choose one of table, json"):
        printer("wide")
