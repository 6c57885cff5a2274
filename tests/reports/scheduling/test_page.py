"""The page of decisions: self-contained, safe, and the best nodes first."""

import io
import re

from engine.testing import ZONE, node, pod
from reports.scheduling.forms import printer
from reports.scheduling.page import as_page
from tests.reports.scheduling.told import case
from tests.reports.test_page import Page

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202e"


def _nodes():
    return [
        node("full").cpu("100m").memory("1Gi").taint("gpu", "NoSchedule"),
        node("half").cpu("2").memory("2Gi"),
        node("whole").cpu("8").memory("8Gi"),
    ]


def _web():
    return pod("web", "shop").cpu("1").memory("1Gi")


def _rows(html):
    """(marks, cells) of each row of the last grid, the cells as text."""
    body = html.rpartition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r'<tr class="([^"]*)">(.*?)</tr>', body, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", cells, re.DOTALL) for _, cells in rows]
    plain = [[re.sub("<[^>]*>", "", cell) for cell in each] for each in cells]
    return [(marks, each) for (marks, _), each in zip(rows, plain, strict=True)]


def test_nodes_stand_best_first_and_tell_who_was_chosen() -> None:
    rows = _rows(as_page([case(_web(), _nodes(), node="half")]))
    assert [(marks, cells[:2]) for marks, cells in rows] == [
        ("best", ["whole", "best"]),
        ("fits chosen", ["half", "fits, chosen"]),
        ("rejected", ["full", "TaintToleration: node(s) had untolerated taint(s)"]),
    ]


def test_a_cell_has_the_three_scores_of_a_plugin_and_they_add_up_to_the_total() -> None:
    whole = _rows(as_page([case(_web(), _nodes())]))[0][1]
    scores = [cell.split(" → ") for cell in whole[3:] if cell]
    assert all(len(each) == 3 for each in scores)
    assert ["0", "100", "300"] in scores
    assert sum(int(weighted) for _, _, weighted in scores) == int(whole[2])


def test_every_plugin_against_a_node_tells_its_reason_not_only_the_first() -> None:
    full = _rows(as_page([case(_web(), _nodes())]))[-1][1]
    assert full[3:].count("node(s) had untolerated taint(s)") == 1
    assert full[3:].count("Insufficient cpu") == 1


def test_a_chosen_node_that_the_model_rejects_is_marked_as_both() -> None:
    rows = _rows(as_page([case(_web(), _nodes(), node="full")]))
    assert rows[-1][0] == "rejected chosen"


def test_of_several_decisions_the_last_is_open_and_all_are_linked() -> None:
    told = [case(_web(), _nodes(), event="FailedScheduling"), case(_web(), _nodes(), node="half")]
    page = Page(as_page(told))
    folds = [attributes for tag, attributes in page.tags if tag == "details"]
    assert ["open" in each for each in folds] == [False, True]
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert links == [f"#{each['id']}" for each in folds]


def test_many_nodes_that_are_equally_good_are_not_all_named_above_the_grid() -> None:
    nodes = [node(f"n{number}").cpu("8") for number in range(20)]
    assert "n0, n1, n10, n11 and 16 more" in as_page([case(pod("web"), nodes)])


def test_hostile_names_add_no_element_and_hide_nothing() -> None:
    web = pod(HOSTILE, "shop").cpu("1").spread(ZONE, {"a": "b"})
    told = case(web, [node(HOSTILE).cpu("2")], name=HOSTILE, node=HOSTILE, message=HOSTILE)
    html = as_page([told, told])
    page = Page(html)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    assert "\u202e" not in html


def test_nothing_is_loaded_from_outside() -> None:
    html = as_page([case(_web(), _nodes())])
    for tag, attributes in Page(html).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        assert "src" not in attributes
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_goes_where_other_forms_go() -> None:
    out = io.StringIO()
    printer("html")([case(_web(), _nodes())], out)
    assert out.getvalue() == as_page([case(_web(), _nodes())])
