from engine.apiserver.admission.priority import Priority
from tests.engine.apiserver.admission.asking import admitted, attributes, named, pod, refusal

HIGH = named("PriorityClass", "high", value=1000, preemptionPolicy="Never")


def test_a_pod_gets_what_its_class_stands_for():
    spec = admitted(Priority(), "pods", pod(priorityClassName="high"), HIGH)["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (1000, "Never")


def test_without_a_class_the_default_one_applies_or_none():
    default = {**HIGH, "globalDefault": True}
    assert admitted(Priority(), "pods", pod(), default)["spec"]["priorityClassName"] == "high"
    spec = admitted(Priority(), "pods", pod(), HIGH)["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (0, "PreemptLowerPriority")
    assert "priorityClassName" not in spec


def test_where_classes_may_be_unknown_nothing_is_set():
    assert "priority" not in admitted(Priority(), "pods", pod(), whole=False)["spec"]


def test_the_systems_own_classes_are_always_known():
    asked = pod(priorityClassName="system-node-critical")
    assert admitted(Priority(), "pods", asked, whole=False)["spec"]["priority"] == 2_000_001_000


def test_a_class_that_is_absent_is_refused():
    assert refusal(Priority(), "pods", pod(priorityClassName="x")) == (
        'pods "web" is forbidden: no PriorityClass with name x was found'
    )


def test_a_pod_cannot_choose_its_number():
    assert refusal(Priority(), "pods", pod(priorityClassName="high", priority=5), HIGH) == (
        'pods "web" is forbidden: the integer value of priority (5) must not be provided in pod '
        "spec; priority admission controller computed 1000 from the given PriorityClass name"
    )


def test_an_update_keeps_the_number():
    about = attributes("pods", update=True)
    before = pod(priority=7, preemptionPolicy="Never")
    assert Priority().admit(about, pod(), before)["spec"]["priority"] == 7


def test_there_is_one_default_class():
    default = {**HIGH, "globalDefault": True}
    other = named("PriorityClass", "low", value=1, globalDefault=True)
    about = "priorityclasses.scheduling.k8s.io"
    assert refusal(Priority(), about, other, default) == (
        'priorityclasses.scheduling.k8s.io "low" is forbidden: PriorityClass high is already '
        "marked as default. Only one default can exist"
    )
    assert refusal(Priority(), about, default, default, before=default) is None
