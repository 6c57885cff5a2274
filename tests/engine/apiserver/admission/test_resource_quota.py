import pytest

from engine.apiserver.admission.resource_quota import ResourceQuota, charged
from tests.engine.apiserver.admission.asking import attributes, named, pod, refusal


def quota(hard, used, **spec):
    status = {"hard": hard, "used": used}
    return named("ResourceQuota", "q", "shop", spec=spec, status=status)


def asking(cpu="500m", **spec):
    return pod({"name": "main", "resources": {"requests": {"cpu": cpu}}}, **spec)


FULL = quota({"pods": "4", "requests.cpu": "2"}, {"pods": "3", "requests.cpu": "1700m"})


def test_what_would_exceed_a_quota_is_refused():
    assert refusal(ResourceQuota(), "pods", asking(), FULL) == (
        'pods "web" is forbidden: exceeded quota: q, requested: requests.cpu=500m, '
        "used: requests.cpu=1700m, limited: requests.cpu=2"
    )


def test_what_fits_is_charged():
    (changed,) = charged(attributes("pods", FULL), asking("300m"), None)
    assert changed["status"]["used"] == {"pods": "4", "requests.cpu": "2"}
    assert FULL["status"]["used"]["pods"] == "3"


def test_a_write_that_is_counted_already_is_not_counted_twice():
    about = attributes("pods", FULL, charged=frozenset({"q"}))
    assert charged(about, asking(), None) == []


def test_a_quota_of_cpu_asks_each_container_how_much():
    given = quota({"requests.cpu": "2", "limits.memory": "1Gi"},
                  {"requests.cpu": "0", "limits.memory": "0"})  # fmt: skip
    assert refusal(ResourceQuota(), "pods", pod(), given) == (
        'pods "web" is forbidden: failed quota: q: must specify limits.memory for: main; '
        "requests.cpu for: main"
    )


def test_a_quota_that_nobody_has_counted_yet_lets_nothing_in():
    assert refusal(ResourceQuota(), "pods", pod(), quota({"pods": "1"}, {})) == (
        'pods "web" is forbidden: status unknown for quota: q, resources: pods'
    )


@pytest.mark.parametrize(
    ("spec", "one", "pertains"),
    [
        ({"scopes": ["BestEffort"]}, pod(), True),
        ({"scopes": ["BestEffort"]}, asking(), False),
        ({"scopes": ["NotBestEffort"]}, asking(), True),
        ({"scopes": ["Terminating"]}, pod(activeDeadlineSeconds=5), True),
        ({"scopes": ["Terminating"]}, pod(), False),
        ({"scopes": ["NotTerminating", "BestEffort"]}, pod(), True),
        ({"scopes": ["PriorityClass"]}, pod(priorityClassName="high"), True),
        ({"scopes": ["PriorityClass"]}, pod(), False),
    ],
)
def test_scopes_say_which_pods_a_quota_is_about(spec, one, pertains):
    found = refusal(ResourceQuota(), "pods", one, quota({"pods": "0"}, {"pods": "0"}, **spec))
    assert (found is not None) is pertains


@pytest.mark.parametrize(
    ("operator", "values", "name", "pertains"),
    [
        ("In", ["high"], "high", True),
        ("In", ["high"], "low", False),
        ("NotIn", ["high"], "low", True),
        ("NotIn", ["high"], None, True),
        ("DoesNotExist", [], None, True),
        ("DoesNotExist", [], "low", False),
    ],
)
def test_a_selector_chooses_by_priority_class(operator, values, name, pertains):
    expression = {"scopeName": "PriorityClass", "operator": operator, "values": values}
    selector = {"matchExpressions": [expression]}
    given = quota({"pods": "0"}, {"pods": "0"}, scopeSelector=selector)
    one = pod(**({"priorityClassName": name} if name else {}))
    assert (refusal(ResourceQuota(), "pods", one, given) is not None) is pertains


def test_any_object_can_be_counted():
    given = quota({"count/deployments.apps": "1"}, {"count/deployments.apps": "1"})
    deployment = named("Deployment", "web", "shop", spec={})
    assert refusal(ResourceQuota(), "deployments.apps", deployment, given) == (
        'deployments.apps "web" is forbidden: exceeded quota: q, requested: '
        "count/deployments.apps=1, used: count/deployments.apps=1, limited: "
        "count/deployments.apps=1"
    )


def test_events_never_count():
    given = quota({"count/events": "0"}, {"count/events": "0"})
    assert refusal(ResourceQuota(), "events", named("Event", "e", "shop"), given) is None


def service(kind, ports=1, **fields):
    spec = {"type": kind, "ports": [{"port": n + 1} for n in range(ports)], **fields}
    return named("Service", "open", "shop", spec=spec)


def test_a_service_counts_the_node_ports_that_it_will_have():
    given = quota({"services.nodeports": "1"}, {"services.nodeports": "0"})
    assert refusal(ResourceQuota(), "services", service("NodePort", 2), given) == (
        'services "open" is forbidden: exceeded quota: q, requested: services.nodeports=2, '
        "used: services.nodeports=0, limited: services.nodeports=1"
    )
    balanced = service("LoadBalancer", 2, allocateLoadBalancerNodePorts=False)
    assert refusal(ResourceQuota(), "services", balanced, given) is None


def test_an_update_counts_what_it_adds():
    given = quota({"services.nodeports": "2"}, {"services.nodeports": "1"})
    old, more = service("NodePort"), service("NodePort", 2)
    assert refusal(ResourceQuota(), "services", old, given, before=old) is None
    (changed,) = charged(attributes("services", given, update=True), more, old)
    assert changed["status"]["used"] == {"services.nodeports": "2"}
    assert refusal(ResourceQuota(), "services", service("NodePort", 3), given, before=old)


def test_storage_is_counted_by_class_too():
    name = "gold.storageclass.storage.k8s.io/requests.storage"
    given = quota({name: "1Gi"}, {name: "0"})
    spec = {"storageClassName": "gold", "resources": {"requests": {"storage": "2Gi"}}}
    claim = named("PersistentVolumeClaim", "data", "shop", spec=spec)
    found = refusal(ResourceQuota(), "persistentvolumeclaims", claim, given)
    assert found is not None
    assert found.endswith(f"exceeded quota: q, requested: {name}=2Gi, used: {name}=0, "
                          f"limited: {name}=1Gi")  # fmt: skip
