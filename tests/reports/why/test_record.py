"""The same for programs."""

import json

from engine.scheduler.remedies import cluster_changes, pod_changes
from engine.scheduler.remedies.change import Change
from engine.testing import node, pod
from reports.why.changes import in_words
from reports.why.record import as_json
from tests.reports.why.told import Said, Told, Waiting, pending


def test_reasons_and_remedies_are_told_with_fields_and_words() -> None:
    told = json.loads(as_json(pending(pod("web", "shop").cpu("4"), [node("n").cpu("1")])))
    assert told["phase"] == "Pending"
    assert told["podScheduled"]["message"] == told["model"]["message"]
    (reason,) = told["model"]["reasons"]
    assert (reason["reason"], reason["nodes"], reason["alone"]) == ("Insufficient cpu", ["n"], 1)
    assert reason["plugins"] == ["NodeResourcesFit"]
    assert reason["evidence"] == {"n": "1 of 1 cpu free, 4 requested"}
    assert reason["remedies"] == [
        {
            "fits": ["n"],
            "changes": [
                {
                    "change": "LowerRequest",
                    "resource": "cpu",
                    "before": 4000,
                    "after": 1000,
                    "words": "it requested 1 of cpu instead of 4",
                }
            ],
        }
    ]
    assert told["model"]["newNode"]["fits"] == ["n+1"]
    assert told["model"]["together"] is None


def test_victims_of_preemption_are_listed() -> None:
    low = pod("low", "shop").cpu("1").node("n").priority(-5)
    told = json.loads(as_json(pending(pod("web", "shop").cpu("1"), [node("n").cpu("1")], [low])))
    assert told["model"]["preemption"] == [{"node": "n", "victims": ["shop/low"]}]


def test_a_pod_of_which_the_model_was_not_asked_has_no_model() -> None:
    told = Told(node="n1", containers=[Waiting()], events=[Said("Pulling", "image")])
    record = json.loads(as_json(told))
    assert record["model"] is None
    assert record["podScheduled"] is None
    assert record["containers"][0]["reason"] == "ContainerCreating"
    assert record["events"][0] == {
        "time": "2026-11-21T03:00:00Z", "about": "pod web", "type": "Normal",
        "reason": "Pulling", "message": "image", "count": 1,
    }  # fmt: skip


def test_every_kind_of_change_has_words() -> None:
    examples = [
        pod_changes.Tolerate("k", "", "NoSchedule"),
        pod_changes.LowerRequest("memory", 2 << 30, 1 << 30),
        pod_changes.OpenGates(("a",)),
        pod_changes.RaiseSkew(0, "zone", 1, 2),
        pod_changes.LowerMinDomains(0, "zone", 3, 2),
        pod_changes.SettleClaim("data"),
        cluster_changes.Label("n", (("a", "b"), ("c", None))),
        cluster_changes.Uncordon("n"),
        cluster_changes.Untaint("n", "node.kubernetes.io/not-ready", "", "NoExecute"),
        cluster_changes.RemovePod("u", "shop", "web", "n", 0, False),
        cluster_changes.AddPod("shop", (("a", "b"),), "n"),
        cluster_changes.AddVolume("data", "local", 1 << 30, ("ReadWriteOnce",), "Block", "", ()),
        cluster_changes.AddNode("n", (("a", "b"),), (("cpu", 2000),)),
    ]
    kinds = {each.__name__ for each in Change.__subclasses__()}
    assert {type(each).__name__ for each in examples} == kinds
    assert all(in_words(each) for each in examples)
    assert in_words(examples[6]) == "node n had the label a=b and no label c"
    assert in_words(examples[-1]) == (
        "there were one more node like n with the label a=b and 2 of cpu, still empty"
    )
