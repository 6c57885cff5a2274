from engine.schema.go_types import NOTHING, go_types, short_name
from engine.schema.types import types


def field(struct, name):
    return go_types().get(f"io.k8s.api.{struct}").fields[name]


def test_every_type_has_the_fields_that_openapi_has():
    for name in go_types():
        assert set(go_types().get(name).fields) == set(types().get(name).fields), name


def test_every_type_with_fields_is_there():
    missing = [name for name in types() if types().get(name).fields and name not in go_types()]
    assert missing == []


def test_every_struct_that_a_field_names_is_known():
    def struct_of(go_type):
        return struct_of(go_type.element) if go_type.element else go_type.struct

    named = {struct_of(f.type) for name in go_types() for f in go_types().get(name).fields.values()}
    assert sorted(name for name in named if name and types().get(name) is None) == []


def test_a_field_tells_how_its_empty_value_is_written():
    assert field("core.v1.PodSpec", "containers").printed
    assert not field("core.v1.PodSpec", "volumes").printed
    metadata = go_types().get("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    assert metadata.fields["creationTimestamp"].omit_zero


def test_types_are_named_as_go_prints_them():
    assert field("core.v1.PodSpec", "containers").type.name == "[]v1.Container"
    assert field("core.v1.PodSpec", "restartPolicy").type.name == "v1.RestartPolicy"
    assert field("core.v1.PodSpec", "overhead").type.name == "v1.ResourceList"
    assert field("core.v1.PodSpec", "priority").type.name == "int32"
    assert field("core.v1.PodSpec", "nodeSelector").type.name == "map[string]string"
    assert field("core.v1.Secret", "data").type.name == "map[string][]uint8"
    assert short_name("io.k8s.apimachinery.pkg.api.resource.Quantity") == "resource.Quantity"


def test_the_fields_of_an_embedded_struct_are_its_holders():
    assert field("core.v1.EphemeralContainer", "image").type.form == "string"


def test_default_markers_are_told_from_none():
    assert field("core.v1.ContainerPort", "protocol").default == "TCP"
    assert field("core.v1.AzureDiskVolumeSource", "readOnly").default is False
    assert field("core.v1.ContainerPort", "name").default is NOTHING


def test_kinds_are_found_by_group_version_and_kind():
    assert go_types().name_of_kind("", "v1", "Pod") == "io.k8s.api.core.v1.Pod"
    assert go_types().name_of_kind("", "v2", "Pod") is None
