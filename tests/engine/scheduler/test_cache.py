from engine.scheduler.cache import Cache
from engine.scheduler.pod_info import PodInfo
from engine.testing import ZONE, node, other, pod


def cache(*names):
    made = Cache()
    for name in names:
        made.set_node(node(name).cpu("4").obj)
    return made


def on_nodes(made):
    found = made.snapshot({})
    return {each.name: [p.name for p in each.pods] for each in found.nodes if each.pods}


def test_an_assumed_pod_is_on_its_node_until_it_is_forgotten():
    made = cache("n1", "n2")
    assumed = made.assume(PodInfo(pod("a").obj), "n1")
    assert (assumed.node_name, made.is_assumed(assumed)) == ("n1", True)
    assert on_nodes(made) == {"n1": ["a"]}
    made.forget(assumed)
    assert (on_nodes(made), made.is_assumed(assumed)) == ({}, False)


def test_what_the_api_server_says_replaces_what_was_assumed():
    made = cache("n1", "n2")
    made.assume(PodInfo(pod("a").obj), "n1")
    made.set_pod(PodInfo(pod("a").node("n2").obj))
    assert on_nodes(made) == {"n2": ["a"]}
    made.forget(PodInfo(pod("a").obj))
    assert on_nodes(made) == {"n2": ["a"]}


def test_a_pod_may_be_known_before_its_node_and_after_it():
    made = Cache()
    made.set_pod(PodInfo(pod("a").node("n1").obj))
    assert on_nodes(made) == {}
    made.set_node(node("n1").obj)
    assert on_nodes(made) == {"n1": ["a"]}
    made.remove_node("n1")
    assert on_nodes(made) == {}
    made.set_node(node("n1").obj)
    assert on_nodes(made) == {"n1": ["a"]}
    made.remove_pod(PodInfo(pod("a").obj))
    assert on_nodes(made) == {}


def test_a_node_that_changes_keeps_its_pods():
    made = cache("n1")
    made.set_pod(PodInfo(pod("a").node("n1").cpu("1").obj))
    made.set_node(node("n1").cpu("8").obj)
    [found] = made.snapshot({}).nodes
    assert (found.allocatable.milli_cpu, found.requested.milli_cpu) == (8000, 1000)


def test_only_nodes_that_changed_are_copied_again():
    made = cache("n1", "n2")
    first = made.snapshot({})
    made.assume(PodInfo(pod("a").obj), "n1")
    second = made.snapshot({})
    assert first.node_by_name["n1"].pods == []
    assert first.node_by_name["n2"] is second.node_by_name["n2"]
    assert first.node_by_name["n1"] is not second.node_by_name["n1"]


def test_nodes_are_taken_from_one_zone_after_the_other():
    made = Cache()
    for name, zone in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a"), ("b2", "b")):
        made.set_node(node(name).label(ZONE, zone).obj)
    assert [each.name for each in made.snapshot({}).nodes] == ["a1", "b1", "a2", "b2", "a3"]


def test_images_follow_the_nodes():
    made = cache("n1", "n2")
    assert _image(made, "n1") is None
    made.set_node(node("n1").image("i", 5).obj)
    assert (_image(made, "n1"), _image(made, "n2")) == ((5, 1), None)
    made.set_node(node("n2").image("i", 7).obj)
    made.remove_node("n1")
    assert _image(made, "n2") == (5, 1)
    made.set_node(node("n2").obj)
    made.set_node(node("n1").image("i", 9).obj)
    assert (_image(made, "n1"), _image(made, "n2")) == ((9, 1), None)


def test_of_two_images_of_a_name_the_first_counts():
    made = cache()
    made.set_node(node("n1").image("i", 5).image("i", 7).obj)
    assert _image(made, "n1") == (5, 1)


def test_a_node_that_does_not_change_counts_images_as_when_it_was_copied():
    """NodeInfo.Snapshot, which UpdateSnapshot asks for of changed nodes only."""
    made = cache()
    made.set_node(node("n1").image("i", 5).obj)
    made.snapshot({})
    for name in ("n2", "n3"):
        made.set_node(node(name).image("i", 5).obj)
    assert (_image(made, "n1"), _image(made, "n2"), _image(made, "n3")) == ((5, 1), (5, 3), (5, 3))
    made.assume(PodInfo(pod("a").obj), "n1")
    assert _image(made, "n1") == (5, 3)


def _image(made, name):
    return made.snapshot({}).node_by_name[name].image("i")


def volume(**spec):
    return other("v1", "PersistentVolume", "v", spec=spec).obj


def test_an_assumed_object_is_seen_until_it_is_restored():
    made = Cache()
    told, assumed = volume(), volume(claimRef={"name": "c"})
    made.set_object("volumes", told)
    made.assume_objects([("volumes", assumed)])
    assert made.objects.volumes["", "v"] is assumed
    made.restore_objects([("volumes", assumed)])
    assert made.objects.volumes["", "v"] is told


def test_an_object_that_is_told_anew_is_not_restored_to_what_it_was():
    made = Cache()
    assumed, newer = volume(claimRef={"name": "c"}), volume(claimRef={"name": "d"})
    made.set_object("volumes", volume())
    made.assume_objects([("volumes", assumed)])
    made.set_object("volumes", newer)
    made.restore_objects([("volumes", assumed)])
    assert made.objects.volumes["", "v"] is newer


def _order(made):
    return [each.name for each in made.snapshot({}).nodes]


def _zoned(name, zone):
    return node(name).label(ZONE, zone).obj


def test_zones_keep_their_places_while_they_have_nodes():
    made = Cache()
    for name, zone in (("n1", "a"), ("n2", "b"), ("n3", "a"), ("n4", "b")):
        made.set_node(_zoned(name, zone))
    made.remove_node("n1")
    assert _order(made) == ["n3", "n2", "n4"]


def test_a_node_that_moves_to_another_zone_comes_last_there():
    made = Cache()
    for name, zone in (("n1", "a"), ("n2", "b"), ("n3", "b")):
        made.set_node(_zoned(name, zone))
    made.set_node(_zoned("n1", "b"))
    assert _order(made) == ["n2", "n3", "n1"]
