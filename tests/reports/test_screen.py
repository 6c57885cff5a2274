"""What commands tell a person."""

import pytest
from rich.progress import Progress

from ingest.anomalies import Collector
from reports.screen import anomaly_lines, progress
from reports.words import times


def test_anomalies_are_a_line_for_each_name_the_most_grave_first() -> None:
    found = Collector()
    found.add("nul_bytes", "a.log", offset=7, count=9)
    found.add("not_json", "b.log", line=1_203)
    found.add("truncated_last_line", "a.log", line=3)
    found.add("truncated_last_line", "b.log", line=5, count=2)
    assert list(anomaly_lines(found.rows())) == [
        "truncated_last_line (data loss): 3 times, first in line 3 of a.log",
        "not_json (data loss): once, in line 1,203 of b.log",
        "nul_bytes (notice): 9 times, first in a.log",
    ]


def test_the_progress_of_what_has_a_known_size_is_a_share(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    bars: list[Progress] = []
    entered = Progress.__enter__
    monkeypatch.setattr(Progress, "__enter__", lambda bar: bars.append(bar) or entered(bar))
    with progress() as report:
        report("bytes expected", 200)
        report("bytes", 50)
        report("versions", 7)
        tasks = [(task.completed, task.total) for task in bars[0].tasks]
    assert tasks == [(50, 200), (7, None)]


def test_an_anomaly_fits_a_terminal_and_cannot_take_it_over() -> None:
    found = Collector()
    found.add("compressed_trailing_garbage", "/log/" * 20 + "\x1b[31m\u202e.log", line=10**6)
    (line,) = anomaly_lines(found.rows())
    assert len(line) <= 80
    assert not {"\x1b", "\u202e"} & set(line)


def test_numbers_of_times_are_words_where_there_are_words() -> None:
    assert [times(n) for n in (1, 2, 3, 2_000)] == ["once", "twice", "3 times", "2,000 times"]
