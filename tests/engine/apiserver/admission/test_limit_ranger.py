import pytest

from engine.apiserver.admission.limit_ranger import LimitRanger
from tests.engine.apiserver.admission.asking import admitted, named, pod, refusal


def limits(kind="Container", **fields):
    return named("LimitRange", "l", "shop", spec={"limits": [{"type": kind, **fields}]})


def container(name="main", requests=None, limits=None):
    given = {"requests": requests, "limits": limits}
    return {"name": name, "resources": {k: v for k, v in given.items() if v}}


def test_missing_requests_and_limits_are_filled_in_and_told():
    defaults = limits(default={"cpu": "300m", "memory": "1Gi"}, defaultRequest={"cpu": "100m"})
    asks = pod(container(limits={"cpu": "1"}), initContainers=[container("init")])
    found = admitted(LimitRanger(), "pods", asks, defaults)
    assert found["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "1", "memory": "1Gi"},
        "requests": {"cpu": "100m"},
    }
    assert found["metadata"]["annotations"]["kubernetes.io/limit-ranger"] == (
        "LimitRanger plugin set: cpu request for container main; memory limit for container main; "
        "cpu request for init container init; cpu, memory limit for init container init"
    )
    assert "annotations" not in asks["metadata"]


@pytest.mark.parametrize(
    ("fields", "one", "why"),
    [
        ({"max": {"cpu": "1"}}, container(limits={"cpu": "2"}),
         "maximum cpu usage per Container is 1, but limit is 2"),
        ({"max": {"cpu": "1"}}, container(),
         "maximum cpu usage per Container is 1.  No limit is specified"),
        ({"min": {"cpu": "1"}}, container(requests={"cpu": "500m"}),
         "minimum cpu usage per Container is 1, but request is 500m"),
        ({"min": {"cpu": "1"}}, container(),
         "minimum cpu usage per Container is 1.  No request is specified"),
        ({"maxLimitRequestRatio": {"cpu": "2"}},
         container(requests={"cpu": "1"}, limits={"cpu": "3"}),
         "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000"),
        ({"min": {"cpu": "1", "memory": "1Gi"}}, container(),
         ("[minimum cpu usage per Container is 1.  No request is specified, "
          "minimum memory usage per Container is 1Gi.  No request is specified]")),
    ],
)  # fmt: skip
def test_a_container_out_of_range_is_refused(fields, one, why):
    found = refusal(LimitRanger(), "pods", pod(one), limits(**fields))
    assert found == f'pods "web" is forbidden: {why}'


def test_a_pod_is_measured_as_a_whole():
    asks = pod(container("a", limits={"cpu": "1"}), container("b", limits={"cpu": "1500m"}))
    assert refusal(LimitRanger(), "pods", asks, limits("Pod", max={"cpu": "2"})) == (
        'pods "web" is forbidden: maximum cpu usage per Pod is 2, but limit is 2500m'
    )


def test_a_claim_asks_for_no_more_than_it_may():
    spec = {"resources": {"requests": {"storage": "2Gi"}}}
    claim = named("PersistentVolumeClaim", "data", "shop", spec=spec)
    limit = limits("PersistentVolumeClaim", max={"storage": "1Gi"})
    assert refusal(LimitRanger(), "persistentvolumeclaims", claim, limit) == (
        'persistentvolumeclaims "data" is forbidden: maximum storage usage per '
        "PersistentVolumeClaim is 1Gi, but request is 2Gi"
    )


def test_updates_are_left_alone_but_for_a_resize():
    over, limit = pod(container(limits={"cpu": "2"})), limits(max={"cpu": "1"})
    assert refusal(LimitRanger(), "pods", over, limit, before=over) is None
    assert refusal(LimitRanger(), "pods", over, limit, before=over, subresource="resize")


def test_a_limit_that_is_no_quantity_limits_nothing():
    assert refusal(LimitRanger(), "pods", pod(), limits(max={"cpu": ["?"]})) is None
