"""What a person reads at three in the morning."""

import io

import pytest

from engine.testing import ZONE, node, pod
from reports.why.forms import printer
from reports.why.text import print_text
from tests.reports.why.told import Condition, Said, Told, Waiting, pending


@pytest.fixture(autouse=True)
def _narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def _printed(told):
    out = io.StringIO()
    print_text(told, out)
    return out.getvalue()


def _said(told):
    """All in one line, as if the terminal had no end."""
    return " ".join(_printed(told).split())


def test_a_pending_pod_says_since_when_why_and_what_would_help() -> None:
    nodes = [node("n1").cpu("1"), node("n2").cpu("2500m"), node("n3").cpu("2")]
    assert _printed(pending(pod("web", "shop").cpu("4"), nodes)).splitlines() == [
        "shop/web is Pending for 2 min 33 s, since 2026-11-21T03:00:00Z",
        "recorded and modelled: 0/3 nodes are available: 3 Insufficient cpu. no new",
        "claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not",
        "helpful for scheduling.",
        "",
        "3 nodes: Insufficient cpu",
        "  n2: 2500m of 2500m cpu free, 4 requested",
        "  n3: 2 of 2 cpu free, 4 requested",
        "  n1: 1 of 1 cpu free, 4 requested",
        "  it would fit on n2 if it requested 2500m of cpu instead of 4",
        "",
        "or: it would fit if there were one more node like n1 with 4 of cpu, still empty",
    ]


def test_a_toleration_is_yaml_in_which_true_stays_a_text() -> None:
    said = _said(pending(pod("web", "shop"), [node("n").taint("gpu", "NoSchedule", "true")]))
    assert "n: taint gpu=true:NoSchedule" in said
    assert (
        "it would fit on n if it had the toleration "
        '{key: gpu, operator: Equal, value: "true", effect: NoSchedule}'
    ) in said


def test_nodes_of_which_the_same_is_to_be_said_are_told_together_and_shortened() -> None:
    nodes = [node(f"n{number:02}") for number in range(16)]
    said = _said(pending(pod("web", "shop").node_selector("disktype", "ssd"), nodes))
    assert "16 nodes: node(s) didn't match Pod's node affinity/selector n00, n01, n02, n03" in said
    assert "n03 and 12 more: wanted: disktype=ssd" in said
    assert "it would fit on n00 if node n00 had the label disktype=ssd" in said


def test_what_is_never_alone_is_told_in_short_and_the_changes_together() -> None:
    web = pod("web", "shop").cpu("4").memory("8Gi")
    said = _said(pending(web, [node("n").cpu("1").memory("1Gi")]))
    assert "1 node: Insufficient cpu; never alone n: 1 of 1 cpu free, 4 requested" in said
    assert (
        "all at once: it would fit on n if it requested 1 of cpu instead of 4 "
        "and it requested 1Gi of memory instead of 8Gi"
    ) in said


def test_a_zone_that_is_too_full_is_told_with_its_skew() -> None:
    nodes = [node("a").zone("a"), node("b").zone("b").allocatable(pods="0")]
    web = pod("web", "shop").label("app", "web").spread(ZONE, {"app": "web"})
    pods = [pod("web-0", "shop").label("app", "web").node("a")]
    said = _said(pending(web, nodes, pods))
    assert (
        "a: topology.kubernetes.io/zone=a would have 2, the fewest in any is 0: skew 2 > maxSkew 1"
        in said
    )
    assert "if maxSkew over topology.kubernetes.io/zone were 2 instead of 1" in said
    assert "b: has 0 of 0 pods" in said


def test_a_pod_in_the_way_is_named_and_whether_it_is_going() -> None:
    holder = pod("holder", "shop").host_port(80).node("n").terminating()
    said = _said(pending(pod("web", "shop").host_port(80), [node("n")], [holder]))
    assert "n: in the way: shop/holder (80/TCP)" in said
    assert "if pod shop/holder, which is terminating, were gone from n" in said


def test_a_claim_is_named_with_the_volume_that_it_could_have() -> None:
    said = _said(pending(pod("web", "shop").claim("data"), [node("n")]))
    assert "n: claim data does not exist" in said
    assert "if its claim data were settled" in said


def test_that_nothing_helps_is_told_too() -> None:
    web = pod("web", "shop").requires_node("metadata.name", "In", "gone", field=True)
    said = _said(pending(web, [node("n")]))
    assert said.endswith("nothing was found with which the model would let it in")


def test_a_pod_that_fits_by_the_model_is_told_so() -> None:
    told = pending(pod("web", "shop"), [node("n")], scheduled=Condition("False", message="0/1"))
    said = _said(told)
    assert "recorded: 0/1 by the model it fits now, on n: it was not tried again yet" in said


def test_a_message_that_differs_from_the_models_is_told_beside_it() -> None:
    told = pending(
        pod("web", "shop").cpu("1"), [node("n")], scheduled=Condition("False", message="x")
    )
    assert "recorded: x modelled: 0/1 nodes are available: 1 Insufficient cpu." in _said(told)


def test_what_preemption_would_do_or_has_done_is_told() -> None:
    low = pod("low", "shop").cpu("1").node("n").priority(-5)
    said = _said(pending(pod("web", "shop").cpu("1"), [node("n").cpu("1")], [low], nominated="n"))
    assert "preemption made room on n, which is kept for it" in said
    assert "preemption: n would be freed of shop/low" in said


def test_a_pod_that_runs_says_where_since_when_and_who_knows_why() -> None:
    told = Told(
        phase="Running", node="n1", scheduled=Condition("True", ""), events=[Said("A", "b")]
    )
    assert _printed(told) == (
        "shop/web is Running on n1 since 2026-11-21T03:00:00Z\n"
        "why it is there: kuberewind schedule web -n shop\n"
    )


def test_a_pod_that_has_its_node_says_what_its_containers_wait_for() -> None:
    waiting = Waiting(reason="ImagePullBackOff", message="no such image")
    told = Told(
        node="n1", scheduled=Condition("True", ""), containers=[waiting],
        events=[Said("Failed", "not found", count=3)],
    )  # fmt: skip
    said = _said(told)
    assert said.startswith(
        "shop/web is Pending: it has the node n1 since 2026-11-21T03:00:00Z, its"
    )
    assert "container app waits: ImagePullBackOff: no such image" in said
    assert "last events 2026-11-21T03:00:00Z pod web: Failed: not found (3 times)" in said


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Told(), "no scheduler has looked at it: it has no PodScheduled condition"),
        (Told(scheduler="volcano", known_scheduler=False), "asks for the scheduler 'volcano'"),
        (Told(phase="Succeeded", node="n1"), "shop/web has ended (Succeeded): it ran on n1"),
        (Told(phase="Failed"), "shop/web has ended (Failed)"),
        (Told(deleted=1), "shop/web is being deleted, without a node"),
        (Told(not_modelled="pod shop/web: not modelled: gangs"), "not modelled: gangs"),
        (Told(unseen=2), "note: left out: 2 objects whose body is not in the log"),
    ],
    ids=["unseen-by-all", "foreign", "ended", "failed", "deleted", "not-modelled", "left-out"],
)
def test_what_is_not_a_matter_of_nodes_is_told_in_a_line(told, words) -> None:
    assert words in _said(told)


def test_nothing_is_wider_than_the_terminal_and_no_name_takes_it_over() -> None:
    nodes = [node("n" * 200).cpu("1"), node("\x1b[2J\u202e").taint("\x1b]0;x", "NoSchedule")]
    out = _printed(pending(pod("web", "shop").cpu("4"), nodes, name="\x1b[31m" * 30))
    assert max(map(len, out.splitlines())) <= 80
    assert not {"\x1b", "\u202e"} & set(out)


def test_a_form_that_there_is_not_is_refused() -> None:
    with pytest.raises(Exception, match="choose one of table, json"):
        printer("html")
