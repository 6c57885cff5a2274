"""The page: self-contained, deterministic, and safe whatever the record holds."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from reports.contract import Column, Facts, Figure, Legend, Note, Section, Table
from reports.page import build_report
from tests.reports.tiny_log import TinyLog

HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>\u2028'\"&amp;"


class Page(HTMLParser):
    """What a browser would make of the page: its elements, and the text of each script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script" and self.cdata_elem == "script":
            self.scripts[-1] += data
        else:
            self.text += data

    @property
    def figures(self) -> Any:
        return json.loads(self.scripts[0])


def hostile_section() -> Section:
    trace = {"type": "bar", "x": [1], "hovertext": [HOSTILE]}
    blocks = (
        Facts(((HOSTILE, HOSTILE),)),
        Note(HOSTILE, "alarm"),
        Legend((("--pod-ready", HOSTILE),)),
        Table((Column(HOSTILE),), ((HOSTILE,),)),
        Figure(HOSTILE, HOSTILE, (trace,)),
    )
    return Section("overview", HOSTILE, HOSTILE, lambda rows, span: blocks)


@pytest.fixture
def log() -> TinyLog:
    log = TinyLog()
    log.event(0)
    log.event(60, reason="Conflict", code=409, outcome="refused")
    log.pod("web-1", "Deployment/web > ReplicaSet/web-5d9c")
    log.phase("web-1", 0, None, "Running", is_ready=True)
    return log


def test_hostile_text_adds_no_element(log: TinyLog) -> None:
    page = Page(build_report(log, HOSTILE, (hostile_section(),)))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == 3
    assert "img" not in tags
    assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    assert page.figures[0]["data"][0]["hovertext"] == [HOSTILE]
    assert "<img src=x onerror=alert(1)>" in page.text


def test_the_data_of_a_page_is_ascii_without_markup(log: TinyLog) -> None:
    data = Page(build_report(log, "t", (hostile_section(),))).scripts[0]
    assert data.isascii()
    assert not set("<>&") & set(data)


def test_the_policy_allows_the_scripts_of_the_page_and_no_other(log: TinyLog) -> None:
    page = Page(build_report(log, "t"))
    (policy,) = [
        attributes["content"]
        for tag, attributes in page.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    hashes = [hashlib.sha256(script.encode()).digest() for script in page.scripts[1:]]
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
    assert f"script-src {allowed};" in policy
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_nothing_is_loaded_from_outside(log: TinyLog) -> None:
    page = Page(build_report(log, "t"))
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    style = re.search(r"<style>(.*?)</style>", build_report(log, "t"), re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_the_same_trace_gives_the_same_bytes(log: TinyLog) -> None:
    assert build_report(log, "t") == build_report(log, "t")


def test_every_figure_of_the_page_has_its_place_and_data(log: TinyLog) -> None:
    page = Page(build_report(log, "t"))
    places = [int(a["data-figure"] or 0) for _, a in page.tags if "data-figure" in a]
    assert places == list(range(len(page.figures)))
    assert len(places) == 2


def test_a_section_without_blocks_is_left_off(log: TinyLog) -> None:
    page = Page(build_report(log, "t"))
    assert "anomalies" not in [attributes.get("id") for _, attributes in page.tags]
    assert "pods" in [attributes.get("id") for _, attributes in page.tags]


def test_a_log_without_events_gives_a_page_that_says_so() -> None:
    page = Page(build_report(TinyLog(), "t"))
    assert "The record has no events." in page.text
    assert page.figures == []
