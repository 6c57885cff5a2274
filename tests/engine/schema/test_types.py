from engine.schema.resources import catalog
from engine.schema.types import Elements, types

POD_SPEC = "io.k8s.api.core.v1.PodSpec"


def references(reference):
    if isinstance(reference, Elements):
        yield from references(reference.items or reference.values)
    else:
        yield reference


def test_a_list_says_how_patches_and_apply_merge_it():
    containers = types().get(POD_SPEC).fields["containers"]
    assert containers.type == Elements(items="io.k8s.api.core.v1.Container")
    assert (containers.patch_strategy, containers.patch_merge_key) == ("merge", "name")
    assert (containers.list_type, containers.list_map_keys) == ("map", ("name",))


def test_a_map_names_the_type_of_its_values():
    labels = types().get("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta").fields["labels"]
    assert labels.type == Elements(values="string")


def test_a_kind_leads_to_its_type():
    assert types().of_kind("", "v1", "Pod").fields["spec"].type == POD_SPEC
    assert types().of_kind("", "v2", "Pod") is None
    assert types().get("no.such.Type") is None


def test_a_scalar_type_says_what_it_is_in_json():
    assert types().get("io.k8s.apimachinery.pkg.api.resource.Quantity").scalar == "string"
    assert types().get("io.k8s.apimachinery.pkg.util.intstr.IntOrString").scalar == (
        "string:int-or-string"
    )


def test_a_default_completes_the_keys_of_list_items():
    assert types().get("io.k8s.api.core.v1.ContainerPort").fields["protocol"].default == "TCP"


def test_every_type_that_a_field_names_is_there():
    known = set(types())
    for name in types():
        for field in types().get(name).fields.values():
            for reference in references(field.type):
                assert reference in known or "." not in reference


def test_every_resource_with_objects_has_a_type():
    for resource in catalog():
        assert types().of_kind(resource.group, resource.version, resource.kind) is not None
