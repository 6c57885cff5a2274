"""What the server writes to itself along with an object."""

from typing import Any

from tests.engine.apiserver.server.cluster import Cluster, config_map

ADDRESSES = "ipaddresses.networking.k8s.io"


def service(name: str = "web", **spec: Any) -> dict[str, Any]:
    ports = [{"port": 80}]
    return {"metadata": {"name": name}, "spec": {"selector": {"a": "b"}, "ports": ports, **spec}}


def test_a_service_gets_an_address_which_is_an_object_of_its_own() -> None:
    cluster = Cluster()
    made = cluster.do("create", "services", service()).object
    ip = made["spec"]["clusterIP"]
    assert ip.startswith("10.96.")
    address = cluster.get(ADDRESSES, ip)
    assert address["metadata"]["labels"] == {
        "ipaddress.kubernetes.io/ip-family": "IPv4",
        "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
    }
    assert address["spec"]["parentRef"] == {
        "resource": "services",
        "namespace": "shop",
        "name": "web",
    }
    assert [e["manager"] for e in address["metadata"]["managedFields"]] == ["kube-apiserver"]
    assert int(address["metadata"]["resourceVersion"]) < int(made["metadata"]["resourceVersion"])


def test_an_address_is_free_again_when_its_service_goes_or_needs_none() -> None:
    cluster = Cluster()
    first = cluster.do("create", "services", service()).object
    cluster.do("create", "services", service("other"))
    outside = {"spec": {"type": "ExternalName", "externalName": "x.io", "clusterIP": None,
                        "clusterIPs": None}}  # fmt: skip
    cluster.do("patch", "services", outside, "web", patch_type="merge")
    assert first["spec"]["clusterIP"] not in cluster.names(ADDRESSES)
    cluster.do("delete", "services", None, "other")
    assert cluster.names(ADDRESSES) == []


def test_a_dry_run_takes_no_address() -> None:
    cluster = Cluster()
    digest = cluster.server.store.digest
    cluster.do("create", "services", service(), dry_run=True)
    assert cluster.server.store.digest == digest


def test_what_a_quota_counts_is_charged_to_it_before_the_object() -> None:
    cluster = Cluster()
    hard = {"count/configmaps": "2"}
    cluster.do("create", "resourcequotas", {"metadata": {"name": "q"}, "spec": {"hard": hard}})
    status = {"status": {"hard": hard, "used": {"count/configmaps": "0"}}}
    cluster.do("patch", "resourcequotas/status", status, "q", patch_type="merge")
    for number, name in enumerate(("a", "b"), 1):
        made = cluster.do("create", "configmaps", config_map(name)).object["metadata"]
        quota = cluster.get("resourcequotas", "q")
        assert quota["status"]["used"] == {"count/configmaps": str(number)}
        revision = int(quota["metadata"]["resourceVersion"])
        assert revision == int(made["resourceVersion"]) - 1
    refused = cluster.refused("create", "configmaps", config_map("c"))
    assert (refused["code"], refused["reason"]) == (403, "Forbidden")
    assert refused["message"] == (
        'configmaps "c" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: '
        "count/configmaps=2, limited: count/configmaps=2"
    )
    assert cluster.get("resourcequotas", "q")["status"]["used"] == {"count/configmaps": "2"}
