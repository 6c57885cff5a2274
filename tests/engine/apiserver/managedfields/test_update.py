"""managedFields of creates, updates and patches."""

import pytest

from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.kinds import custom_rules
from engine.apiserver.managedfields.manager import update, updated
from engine.apiserver.managedfields.tracking import UpdateError

T0, T1, T2 = (f"2026-11-21T03:00:0{second}Z" for second in range(3))


def config(data=None, managed=None, uid="u", **metadata):
    held = {"name": "a", "namespace": "n", "uid": uid, **metadata}
    if managed is not None:
        held["managedFields"] = managed
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": held, "data": data or {}}


def entry(manager, fields, time=T0, operation="Update", version="v1", subresource=""):
    found = {"manager": manager, "operation": operation, "apiVersion": version}
    found |= {"time": time} if time else {}
    found |= {"fieldsType": "FieldsV1", "fieldsV1": fields}
    return found | ({"subresource": subresource} if subresource else {})


def data(*names):
    return {"f:data": {f"f:{name}": {} for name in names}}


def managers(obj):
    return obj["metadata"].get("managedFields")


def test_a_create_owns_all_that_it_says_but_the_names_and_what_the_server_sets():
    new = config({"a": "1"}, labels={"x": "y"}, creationTimestamp=T0, generation=1)
    assert managers(update(None, new, Writer("kubectl", T0))) == [
        entry(
            "kubectl",
            {
                "f:data": {".": {}, "f:a": {}},
                "f:metadata": {"f:labels": {".": {}, "f:x": {}}},
            },
        )
    ]


def test_a_struct_that_is_always_there_is_owned_by_nobody():
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "c", "resources": {}}], "nodeName": "n"},
        "status": {},
    }
    [only] = managers(update(None, pod, Writer("x", T0)))
    assert only["fieldsV1"] == {
        "f:spec": {
            "f:containers": {'k:{"name":"c"}': {".": {}, "f:name": {}, "f:resources": {}}},
            "f:nodeName": {},
        }
    }


def test_items_that_are_one_are_owned_by_their_key_alone():
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {
            "containers": [
                {"name": "c", "env": [{"name": "E", "value": "1"}, {"name": "E", "value": "2"}]}
            ]
        },
    }
    [only] = managers(update(None, pod, Writer("x", T0)))
    container = only["fieldsV1"]["f:spec"]["f:containers"]['k:{"name":"c"}']
    assert container["f:env"] == {".": {}, 'k:{"name":"E"}': {}}


def test_a_changed_field_goes_to_who_changed_it():
    live = config({"a": "1", "b": "1"}, [entry("alice", data("a", "b"))])
    new = config({"a": "2", "b": "1"}, managers(live))
    assert managers(update(live, new, Writer("bob", T1))) == [
        entry("alice", data("b")),
        entry("bob", data("a"), T1),
    ]


def test_a_field_that_is_gone_is_nobodys_and_who_owned_nothing_else_is_gone():
    live = config({"a": "1", "b": "1"}, [entry("alice", data("a")), entry("bob", data("b"))])
    assert managers(update(live, config({"b": "1"}, managers(live)), Writer("carl", T1))) == [
        entry("bob", data("b"))
    ]


def test_the_time_stays_where_nothing_is_written():
    live = config({"a": "1"}, [entry("alice", data("a"))])
    again = update(live, config({"a": "1"}, managers(live)), Writer("alice", T1))
    assert managers(again) == managers(live)


def test_a_manager_keeps_one_entry_for_each_version_and_subresource():
    live = config({"a": "1"}, [entry("alice", data("a"))])
    after = update(live, config({"a": "1", "b": "1"}, managers(live)), Writer("alice", T1))
    assert managers(after) == [entry("alice", data("a", "b"), T1)]
    other = update(after, config({"a": "2", "b": "1"}), Writer("alice", T2, "status"))
    assert managers(other) == [
        entry("alice", data("b"), T1),
        entry("alice", data("a"), T2, subresource="status"),
    ]


def test_entries_are_in_the_order_of_operation_time_and_name():
    held = [
        entry("b", data("b"), T0),
        entry("a", data("a"), T1),
        entry("z", data("z"), T2, operation="Apply"),
        entry("c", data("c"), time=None),
    ]
    live = config({"a": "1", "b": "1", "c": "1", "z": "1"}, held)
    after = update(live, config({"a": "1", "b": "1", "c": "1", "z": "1", "n": "1"}, held),
                   Writer("d", T0))  # fmt: skip
    assert [e["manager"] for e in managers(after)] == ["z", "c", "b", "d", "a"]


def test_fields_are_printed_in_their_order():
    live = config({}, [entry("m", {"f:metadata": {"f:labels": {}}})], labels={"a": "1"})
    new = config({}, managers(live), labels={"a": "1", "0": "1"}, annotations={"b": "c"})
    [only] = managers(update(live, new, Writer("m", T1)))
    assert str(only["fieldsV1"]) == (
        "{'f:metadata': {'f:annotations': {'.': {}, 'f:b': {}}, 'f:labels': {'.': {}, 'f:0': {}}}}"
    )


def test_a_write_through_a_subresource_cannot_change_managed_fields():
    live = config({"a": "1"}, [entry("alice", data("a"))])
    forged = config({"a": "1"}, [entry("mallory", data("a"))])
    assert managers(update(live, forged, Writer("m", T1, "status"))) == managers(live)
    assert managers(update(live, forged, Writer("m", T1))) == managers(forged)


def test_an_update_without_managed_fields_keeps_those_of_before():
    live = config({"a": "1"}, [entry("alice", data("a"))])
    assert managers(update(live, config({"a": "1"}), Writer("m", T1))) == managers(live)


@pytest.mark.parametrize(("managed", "reset"), [([], False), ([{}], False), (None, True)])
def test_an_empty_list_of_managed_fields_drops_them(managed, reset):
    live = config({"a": "1"}, [entry("alice", data("a"))])
    after = update(live, config({"a": "2"}, managed), Writer("m", T1), reset=reset)
    assert managers(after) is None


def test_of_an_object_without_managers_nothing_is_tracked():
    assert managers(update(config({"a": "1"}), config({"a": "2"}), Writer("m", T1))) is None


def test_managed_fields_that_cannot_be_read_are_not_taken():
    live = config({"a": "1"}, [entry("alice", data("a"))])
    broken = config({"a": "2"}, [{"manager": "x"}])
    assert [e["manager"] for e in managers(update(live, broken, Writer("m", T1)))] == ["m"]


def test_the_status_is_not_owned_through_its_object_nor_the_spec_through_the_status():
    live = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}}
    new = {
        **live,
        "metadata": {"name": "d", "labels": {"a": "b"}, "annotations": {"c": "d"}},
        "spec": {"replicas": 2},
        "status": {"replicas": 1},
    }
    [main] = managers(update(None, new, Writer("m", T0)))
    assert set(main["fieldsV1"]) == {"f:metadata", "f:spec"}
    [status] = managers(update(None, new, Writer("m", T0, "status")))
    assert status["fieldsV1"] == {
        "f:metadata": {"f:annotations": {".": {}, "f:c": {}}},
        "f:status": {"f:replicas": {}},
    }


def test_a_resize_owns_resources_alone():
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": {"x": "y"}}}
    old = {"name": "c", "image": "i", "resources": {}}
    new = {"name": "c", "image": "j", "resources": {"limits": {"cpu": "1"}}}
    [only] = managers(
        update(
            {**pod, "spec": {"containers": [old]}},
            {**pod, "spec": {"containers": [new]}},
            Writer("m", T0, "resize"),
        )
    )
    assert only["fieldsV1"] == {
        "f:spec": {
            "f:containers": {
                'k:{"name":"c"}': {"f:resources": {"f:limits": {".": {}, "f:cpu": {}}}}
            }
        }
    }


def test_more_than_ten_updaters_are_thrown_together_the_oldest_first():
    held = [entry(f"m{n}", data(str(n)), f"2026-11-21T03:00:{n:02}Z") for n in range(10)]
    names = {str(n): "1" for n in range(10)}
    live = config(names, held)
    after = update(live, config({**names, "x": "1"}, held), Writer("last", "2026-11-21T03:01:00Z"))
    assert managers(after)[0] == entry("ancient-changes", data("0", "1"), "2026-11-21T03:00:01Z")
    assert [e["manager"] for e in managers(after)[1:]] == [f"m{n}" for n in range(2, 10)] + ["last"]


def test_a_manager_of_another_version_loses_fields_in_its_own_terms():
    def autoscaler(version, spec, managed=None):
        metadata = {"name": "h", "uid": "u"} | ({"managedFields": managed} if managed else {})
        api = f"autoscaling/{version}"
        return {"apiVersion": api, "kind": "HorizontalPodAutoscaler", "metadata": metadata,
                "spec": {"maxReplicas": 5, "scaleTargetRef": {"kind": "D", "name": "d"}, **spec},
                "status": {}}  # fmt: skip

    def cpu(percent):
        target = {"type": "Utilization", "averageUtilization": percent}
        resource = {"name": "cpu", "target": target}
        return {"metrics": [{"type": "Resource", "resource": resource}]}

    owned = {"f:spec": {"f:maxReplicas": {}, "f:targetCPUUtilizationPercentage": {}}}
    held = [entry("old", owned, version="autoscaling/v1")]
    live = autoscaler("v2", cpu(50), held)
    after = update(live, autoscaler("v2", cpu(80), held), Writer("new", T1))
    assert managers(after) == [
        entry("old", {"f:spec": {"f:maxReplicas": {}}}, version="autoscaling/v1"),
        entry("new", {"f:spec": {"f:metrics": {}}}, T1, version="autoscaling/v2"),
    ]


def test_a_manager_of_a_version_that_is_served_no_more_is_dropped():
    live = config({"a": "1"}, [entry("old", data("a"), version="v0"), entry("new", data("b"))])
    after = update(live, config({"a": "1", "b": "1"}, managers(live)), Writer("new", T1))
    assert [e["apiVersion"] for e in managers(after)] == ["v1"]


def test_a_field_set_that_kubernetes_does_not_understand_is_kept_in_what_it_does():
    live = config({"a": "1"}, [entry("alice", {"f:data": {"f:a": {}, "z:later": {}}})])
    assert managers(update(live, config({"a": "1"}), Writer("m", T1))) == [
        entry("alice", data("a"))
    ]


@pytest.mark.parametrize("name", ["first", "again"])
def test_who_owned_a_part_of_what_is_atomic_owns_it_whole_after_a_write_of_another(name):
    part = entry("old", {"f:spec": {"f:selector": {"f:a": {}}, "f:type": {}}})
    live = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "uid": name, "managedFields": [part]},
        "spec": {"selector": {"a": "1"}, "type": "ClusterIP"},
    }
    new = {**live, "spec": {**live["spec"], "type": "NodePort"}}
    assert managers(update(live, new, Writer("other", T1))) == [
        entry("old", {"f:spec": {"f:selector": {}}}),
        entry("other", {"f:spec": {"f:type": {}}}, T1),
    ]


def test_where_fields_cannot_be_told_there_are_no_managers():
    account = {"apiVersion": "v1", "kind": "ServiceAccount"}
    held = [entry("alice", {"f:secrets": {}})]
    live = {**account, "metadata": {"name": "a", "uid": "u", "managedFields": held}}
    new = {**account, "metadata": {"name": "a", "uid": "u"}, "secrets": [{}]}
    assert managers(update(live, new, Writer("m", T1))) is None
    with pytest.raises(UpdateError, match=r"failed to convert new object \(/a; /v1, Kind=Service"):
        updated(live, new, Writer("m", T1))


def test_input_stays_as_it_is():
    live = config({"a": "1"}, [entry("alice", data("a"))])
    new = config({"a": "2"}, managers(live))
    before = repr((live, new))
    update(live, new, Writer("bob", T1))
    assert repr((live, new)) == before


def widget(spec, managed=None, **more):
    metadata = {"name": "w", "uid": "u"} | ({"managedFields": managed} if managed else {})
    return {"apiVersion": "e.com/v1", "kind": "Widget", "metadata": metadata, "spec": spec, **more}


def definition(schema, **more):
    version = {"name": "v1", "schema": {"openAPIV3Schema": schema}, **more}
    names = {"kind": "Widget", "plural": "widgets"}
    return {"spec": {"group": "e.com", "names": names, "versions": [version]}}


PARTS = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {
                "parts": {
                    "type": "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    "items": {"type": "object", "properties": {"name": {"type": "string"}}},
                }
            },
        },
        "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    },
}


def test_a_custom_resource_is_owned_by_its_schema_and_struct_by_struct():
    rules = custom_rules(definition(PARTS))
    made = update(None, widget({"parts": [{"name": "a"}]}), Writer("m", T0), rules)
    part = {'k:{"name":"a"}': {".": {}, "f:name": {}}}
    assert managers(made)[0]["fieldsV1"] == {"f:spec": {".": {}, "f:parts": {".": {}, **part}}}


def test_a_custom_resource_without_a_schema_has_atomic_lists():
    made = update(None, widget({"parts": [{"name": "a"}]}), Writer("m", T0))
    assert managers(made)[0]["fieldsV1"] == {"f:spec": {".": {}, "f:parts": {}}}


def test_a_custom_status_is_a_part_of_its_own_if_the_definition_says_so():
    new = widget({}, status={"a": 1})
    together = managers(update(None, new, Writer("m", T0), custom_rules(definition(PARTS))))
    assert set(together[0]["fieldsV1"]) == {"f:spec", "f:status"}
    apart = custom_rules(definition(PARTS, subresources={"status": {}}))
    assert set(managers(update(None, new, Writer("m", T0), apart))[0]["fieldsV1"]) == {"f:spec"}
    status = managers(update(None, new, Writer("m", T0, "status"), apart))
    assert set(status[0]["fieldsV1"]) == {"f:status"}


def test_definitions_as_the_store_keeps_them_share_schema_and_subresources():
    spec = {
        **definition(PARTS)["spec"],
        "versions": [{"name": "v1"}],
        "validation": {"openAPIV3Schema": PARTS},
        "subresources": {"status": {}},
    }
    rules = custom_rules({"spec": spec})
    assert rules.with_status == ("e.com/v1",)
    made = update(None, widget({"parts": [{"name": "a"}]}), Writer("m", T0), rules)
    assert 'k:{"name":"a"}' in managers(made)[0]["fieldsV1"]["f:spec"]["f:parts"]


def test_a_manager_of_a_version_that_a_definition_lost_ends_all_tracking():
    held = [entry("old", {"f:spec": {}}, version="e.com/v0")]
    live, new = widget({"parts": []}, held), widget({"parts": [{"name": "a"}]}, held)
    after = update(live, new, Writer("m", T1), custom_rules(definition(PARTS)))
    assert managers(after) is None
