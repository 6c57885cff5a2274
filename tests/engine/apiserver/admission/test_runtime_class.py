from engine.apiserver.admission.runtime_class import RuntimeClass, merged_tolerations
from tests.engine.apiserver.admission.asking import admitted, named, pod, refusal

KATA = named(
    "RuntimeClass",
    "kata",
    overhead={"podFixed": {"cpu": "250m"}},
    scheduling={"nodeSelector": {"runtime": "kata"}, "tolerations": [{"key": "kata"}]},
)


def test_a_pod_takes_overhead_and_placing_from_its_class():
    spec = admitted(RuntimeClass(), "pods", pod(runtimeClassName="kata"), KATA)["spec"]
    assert spec["overhead"] == {"cpu": "250m"}
    assert spec["nodeSelector"] == {"runtime": "kata"}
    assert spec["tolerations"] == [{"key": "kata"}]


def test_a_class_that_is_absent_is_refused():
    assert refusal(RuntimeClass(), "pods", pod(runtimeClassName="x")) == (
        'pods "web" is forbidden: pod rejected: RuntimeClass "x" not found'
    )


def test_overhead_comes_from_a_class_only():
    begin = 'pods "web" is forbidden: pod rejected:'
    assert refusal(RuntimeClass(), "pods", pod(overhead={"cpu": "1"})) == (
        f"{begin} Pod Overhead set without corresponding RuntimeClass defined Overhead"
    )
    other = pod(overhead={"cpu": "1"}, runtimeClassName="kata")
    assert refusal(RuntimeClass(), "pods", other, KATA) == (
        f"{begin} Pod's Overhead doesn't match RuntimeClass's defined Overhead"
    )
    same = pod(overhead={"cpu": "0.25"}, runtimeClassName="kata")
    assert refusal(RuntimeClass(), "pods", same, KATA) is None


def test_a_pod_cannot_ask_for_other_nodes():
    other = pod(runtimeClassName="kata", nodeSelector={"runtime": "runc"})
    assert refusal(RuntimeClass(), "pods", other, KATA) == (
        'pods "web" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[runtime] = kata; '
        "pod.spec.nodeSelector[runtime] = runc"
    )


def test_of_tolerations_those_that_others_cover_go():
    everything = {"operator": "Exists"}
    assert merged_tolerations([{"key": "a", "operator": "Exists"}, everything]) == [everything]
    a, b = {"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}
    assert merged_tolerations([a, b, a]) == [a, b]
    short = {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    assert merged_tolerations([short, {**short, "tolerationSeconds": 9}]) == [
        {**short, "tolerationSeconds": 9}
    ]
