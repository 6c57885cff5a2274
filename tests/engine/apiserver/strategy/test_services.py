"""Services and claims before they are validated."""

from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update
from engine.apiserver.strategy.services import begin_create, begin_update


def service(**spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {}, "spec": spec}


def claim(**spec):
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {}, "spec": spec}


def test_a_service_that_is_an_external_name_gives_its_addresses_back():
    fields = {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ipFamilies": ["IPv4"]}
    old, new = service(type="ClusterIP", **fields), service(type="ExternalName", **fields)
    prepare_for_update(new, old)
    assert new["spec"] == {"type": "ExternalName"}


def test_an_address_that_is_changed_too_is_left_for_validation():
    old = service(type="ClusterIP", clusterIP="10.0.0.1", clusterIPs=["10.0.0.1"])
    new = service(type="ExternalName", clusterIP="10.0.0.2", clusterIPs=["10.0.0.2"])
    prepare_for_update(new, old)
    assert new["spec"]["clusterIP"] == "10.0.0.2"


def test_a_service_without_node_ports_gives_them_back():
    old = service(type="NodePort", ports=[{"port": 80, "nodePort": 30000}])
    new = service(type="ClusterIP", ports=[{"port": 80, "nodePort": 30000}])
    prepare_for_update(new, old)
    assert new["spec"]["ports"] == [{"port": 80}]


def test_what_was_allocated_and_is_not_named_is_kept():
    old = service(
        type="NodePort",
        clusterIP="10.0.0.1",
        clusterIPs=["10.0.0.1"],
        ports=[{"name": "a", "port": 80, "nodePort": 30000}],
    )
    new = service(type="NodePort", ports=[{"name": "a", "port": 81}])
    begin_update(new, old)
    assert new["spec"]["clusterIPs"] == ["10.0.0.1"]
    assert new["spec"]["ports"] == [{"name": "a", "port": 81, "nodePort": 30000}]


def test_who_knows_one_address_only_means_the_list():
    new = service(clusterIP="None")
    begin_create(new)
    assert new["spec"]["clusterIPs"] == ["None"]


def test_a_claim_names_its_source_twice():
    new = claim(dataSource={"kind": "PersistentVolumeClaim", "name": "a"})
    prepare_for_create(new)
    assert new["spec"]["dataSourceRef"] == new["spec"]["dataSource"]


def test_a_source_of_another_kind_has_one_field_only():
    new = claim(dataSource={"apiGroup": "example.com", "kind": "A", "name": "a"})
    prepare_for_create(new)
    assert "dataSource" not in new["spec"]
