"""A heap that gives up any of its members."""

from types import SimpleNamespace

from engine.scheduler.queue.sorted_pods import SortedPods


def _pod(name, place):
    return SimpleNamespace(key=f"default/{name}", place=place)


def _sorted(*pods):
    made = SortedPods(lambda pod: (pod.place,))
    for pod in pods:
        made.add(pod)
    return made


def test_pods_come_out_in_the_order_of_their_keys_though_keys_change():
    a, b = _pod("a", 1), _pod("b", 2)
    pods = _sorted(a, b)
    a.place = 3
    pods.sort_again(a)
    assert [pods.pop().key, pods.pop().key, pods.pop()] == ["default/b", "default/a", None]


def test_a_pod_that_is_written_to_often_takes_no_more_room():
    a = _pod("a", 0)
    pods = _sorted(a)
    for place in range(1_000):
        a.place = place
        pods.sort_again(a)
        pods.sort_again(a)
    assert len(pods._heap) < 100
    assert pods.pop() is a
