import pytest

from engine.apiserver.admission.claim_resize import PersistentVolumeClaimResize
from engine.apiserver.admission.default_ingress_class import DefaultIngressClass
from engine.apiserver.admission.default_storage_class import DEFAULT, DefaultStorageClass
from engine.apiserver.admission.storage_protection import StorageObjectInUseProtection
from tests.engine.apiserver.admission.asking import admitted, named, refusal

CLAIMS = "persistentvolumeclaims"


def claim(storage="1Gi", phase="Bound", **spec):
    spec = {"resources": {"requests": {"storage": storage}}, **spec}
    return named("PersistentVolumeClaim", "data", "shop", spec=spec, status={"phase": phase})


def storage_class(name, born="2026-01-01T00:00:00Z", *, default=True, **fields):
    found = named("StorageClass", name, **fields)
    found["metadata"]["creationTimestamp"] = born
    found["metadata"]["annotations"] = {DEFAULT: "true"} if default else {}
    return found


@pytest.mark.parametrize(
    ("resource", "finalizer"),
    [
        (CLAIMS, "kubernetes.io/pvc-protection"),
        ("persistentvolumes", "kubernetes.io/pv-protection"),
        ("volumeattributesclasses.storage.k8s.io", "kubernetes.io/vac-protection"),
    ],
)
def test_storage_is_protected_by_one_finalizer(resource, finalizer):
    plugin = StorageObjectInUseProtection()
    found = admitted(plugin, resource, {"metadata": {"name": "x", "finalizers": ["a"]}})
    assert found["metadata"]["finalizers"] == ["a", finalizer]
    assert admitted(plugin, resource, found) is found


def test_a_claim_gets_the_youngest_default_class():
    classes = [
        storage_class("old"),
        storage_class("young", "2026-02-01T00:00:00Z"),
        storage_class("also-young", "2026-02-01T00:00:00Z"),
        storage_class("other", "2026-03-01T00:00:00Z", default=False),
    ]
    found = admitted(DefaultStorageClass(), CLAIMS, claim(), *classes)
    assert found["spec"]["storageClassName"] == "also-young"


def test_a_claim_can_do_without_a_class():
    found = admitted(DefaultStorageClass(), CLAIMS, claim(storageClassName=""), storage_class("a"))
    assert found["spec"]["storageClassName"] == ""


def test_where_classes_may_be_unknown_none_is_chosen():
    found = admitted(DefaultStorageClass(), CLAIMS, claim(), storage_class("a"), whole=False)
    assert "storageClassName" not in found["spec"]


def test_an_ingress_gets_the_default_class_unless_an_annotation_names_one():
    default = named("IngressClass", "nginx")
    default["metadata"]["annotations"] = {"ingressclass.kubernetes.io/is-default-class": "true"}
    ingresses = "ingresses.networking.k8s.io"
    plain = named("Ingress", "web", "shop", spec={})
    found = admitted(DefaultIngressClass(), ingresses, plain, default)
    assert found["spec"]["ingressClassName"] == "nginx"
    plain["metadata"]["annotations"] = {"kubernetes.io/ingress.class": "x"}
    assert admitted(DefaultIngressClass(), ingresses, plain, default) is plain


def test_a_claim_grows_only_where_its_class_lets_it():
    plugin = PersistentVolumeClaimResize()
    fixed, growing = storage_class("f"), storage_class("g", allowVolumeExpansion=True)
    old, new = claim("1Gi", storageClassName="f"), claim("2Gi", storageClassName="f")
    assert refusal(plugin, CLAIMS, new, fixed, growing, before=old) == (
        'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be '
        "resized and the storageclass that provisions the pvc must support resize"
    )
    assert refusal(plugin, CLAIMS, old, fixed, before=old) is None
    old, new = claim("1Gi", storageClassName="g"), claim("2Gi", storageClassName="g")
    assert refusal(plugin, CLAIMS, new, fixed, growing, before=old) is None


def test_a_claim_that_is_not_bound_does_not_grow():
    old = claim(phase="Pending")
    assert refusal(PersistentVolumeClaimResize(), CLAIMS, claim("2Gi"), before=old) == (
        'persistentvolumeclaims "data" is forbidden: Only bound persistent volume claims can be '
        "expanded"
    )
