"""A pod that is created: what is refused of it, field by field."""

import copy

import pytest

from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.strategy.prepare import prepare_for_create
from engine.apiserver.typed_form import typed_form
from engine.apiserver.validation.validate import validate_create


def pod(**fields):
    container = {"name": "c", "image": "i", **fields.pop("container", {})}
    spec = {"containers": [container], "serviceAccountName": "default", **fields}
    metadata = {"name": "p", "namespace": "default", "labels": {"app": "web"}}
    obj = typed_form({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    apply_defaults(obj)
    convert(obj)
    prepare_for_create(obj)
    return obj


def errors_of(**fields):
    return [str(error) for error in validate_create(pod(**fields))]


def volume(**source):
    return {"volumes": [{"name": "v", **source}]}


def test_a_plain_pod_is_valid():
    assert errors_of() == []


def test_validation_changes_nothing():
    before = pod(container={"env": [{"name": "A", "value": "1"}]})
    after = copy.deepcopy(before)
    validate_create(after)
    assert after == before


VOLUMES = [
    ({"gitRepo": {}}, "spec.volumes[0].gitRepo.repository: Required value"),
    ({"gcePersistentDisk": {}}, "spec.volumes[0].persistentDisk.pdName: Required value"),
    (
        {"nfs": {"server": "s", "path": "p"}},
        'spec.volumes[0].nfs.path: Invalid value: "p": must be an absolute path',
    ),
    (
        {"fc": {}},
        (
            "spec.volumes[0].fc.targetWWNs: Required value: must specify either targetWWNs or "
            "wwids, but not both"
        ),
    ),
    (
        {"csi": {"driver": "d", "nodePublishSecretRef": {}}},
        "spec.volumes[0].csi.nodePublishSecretRef.name: Required value",
    ),
    (
        {"flexVolume": {"driver": "d", "options": {"k8s.io/a": "b"}}},
        (
            'spec.volumes[0].flexVolume.options[k8s.io/a]: Invalid value: "k8s.io/a": '
            "kubernetes.io and k8s.io namespaces are reserved"
        ),
    ),
    (
        {"iscsi": {"targetPortal": "t", "iqn": "x", "lun": 0}},
        (
            'spec.volumes[0].iscsi.iqn: Invalid value: "x": must be valid format starting with '
            "iqn, eui, or naa"
        ),
    ),
    (
        {"hostPath": {"path": "/a", "type": "Odd"}},
        (
            'spec.volumes[0].hostPath.type: Unsupported value: "Odd": supported values: "", '
            '"BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", '
            '"FileOrCreate", "Socket"'
        ),
    ),
    ({"ephemeral": {}}, "spec.volumes[0].ephemeral.volumeClaimTemplate: Required value"),
    (
        {"downwardAPI": {"items": [{"path": "a"}]}},
        (
            "spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef "
            "is required"
        ),
    ),
    (
        {
            "projected": {
                "sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 5}}]
            }
        },
        (
            "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid "
            "value: 5: may not specify a duration less than 10 minutes"
        ),
    ),
    (
        {"projected": {"sources": [{"secret": {"name": "a"}, "configMap": {"name": "a"}}]}},
        (
            "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume "
            "type per source"
        ),
    ),
    (
        {"emptyDir": {}, "cephfs": {"monitors": ["m"]}},
        "spec.volumes[0].cephFS: Forbidden: may not specify more than 1 volume type",
    ),
]


@pytest.mark.parametrize(("source", "error"), VOLUMES)
def test_a_volume_has_one_complete_source(source, error):
    assert errors_of(**volume(**source)) == [error]


def test_a_claim_within_a_pod_is_validated_like_any_claim():
    template = {"metadata": {"name": "x"}, "spec": {"accessModes": ["Odd"]}}
    errors = errors_of(**volume(ephemeral={"volumeClaimTemplate": template}))
    path = "spec.volumes[0].ephemeral.volumeClaimTemplate"
    assert errors[0] == f"{path}.metadata.name: Forbidden: cannot be set"
    assert errors[1].startswith(f'{path}.spec.accessModes: Unsupported value: "Odd"')
    assert errors[2] == f"{path}.spec.resources[storage]: Required value"


SPECS = [
    ({"hostname": "a.b"}, 'hostname: Invalid value: "a.b": must not contain dots'),
    ({"priorityClassName": "A"}, 'priorityClassName: Invalid value: "A"'),
    (
        {"hostAliases": [{"ip": "x"}]},
        'hostAliases[0].ip: Invalid value: "x": must be a valid IP address',
    ),
    ({"dnsConfig": {"searches": ["A"]}}, 'dnsConfig.searches[0]: Invalid value: "A"'),
    ({"dnsConfig": {"options": [{}]}}, "dnsConfig.options[0]: Required value: must not be empty"),
    (
        {"hostnameOverride": "a", "setHostnameAsFQDN": True},
        "hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true",
    ),
    ({"hostUsers": False, "hostPID": True}, "HostPID: Forbidden: when `hostUsers` is false"),
    (
        {"shareProcessNamespace": True, "hostPID": True},
        (
            "securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace "
            "and HostPID cannot both be enabled"
        ),
    ),
    (
        {"resources": {"requests": {"storage": "1"}}},
        (
            'resources.requests[storage]: Unsupported value: "storage": supported values: "cpu", '
            '"hugepages-", "memory"'
        ),
    ),
    (
        {
            "resources": {"requests": {"cpu": "1"}},
            "container": {"resources": {"requests": {"cpu": "2"}}},
        },
        (
            'resources.requests[cpu]: Invalid value: "1": must be greater than or equal to '
            "aggregate container requests of 2"
        ),
    ),
    (
        {"os": {"name": "windows"}, "hostIPC": True},
        "hostIPC: Forbidden: cannot be set for a windows pod",
    ),
    (
        {"os": {"name": "linux"}, "securityContext": {"windowsOptions": {}}},
        "securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod",
    ),
    (
        {"securityContext": {"windowsOptions": {"hostProcess": True}}},
        (
            "hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any "
            "hostProcess containers"
        ),
    ),
    (
        {"securityContext": {"sysctls": [{"name": "net.a", "value": "1"}]}, "hostNetwork": True},
        (
            'securityContext.sysctls[0].name: Invalid value: "net.a": may not be specified '
            "when 'hostNetwork' is true"
        ),
    ),
    (
        {"ephemeralContainers": [{"name": "e", "image": "i"}]},
        "ephemeralContainers: Forbidden: cannot be set on create",
    ),
    (
        {"nodeName": "n", "schedulingGates": [{"name": "a/b"}]},
        "nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
    ),
    (
        {"resourceClaims": [{"name": "a", "resourceClaimName": "B"}]},
        'resourceClaims[0].resourceClaimName: Invalid value: "B"',
    ),
]


@pytest.mark.parametrize(("spec", "error"), SPECS)
def test_a_spec_is_refused_for_one_field(spec, error):
    errors = errors_of(**spec)
    assert len(errors) == 1
    assert errors[0].startswith(f"spec.{error}")


def test_the_values_of_match_label_keys_stand_in_the_selector_once():
    constraint = {"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}
    keys = {"matchLabelKeys": ["app"], "labelSelector": {"matchLabels": {"other": "b"}}}
    assert errors_of(topologySpreadConstraints=[{**constraint, **keys}]) == []
    keys["labelSelector"] = {"matchLabels": {"app": "b"}}
    (error,) = errors_of(topologySpreadConstraints=[{**constraint, **keys}])
    # The field lacks a part of its name in Kubernetes too.
    assert error.startswith('spec.topologySpreadConstraints[0][0]: Invalid value: "app"')


def test_annotations_of_a_pod_are_checked_by_what_they_mean():
    obj = pod()
    obj["metadata"]["annotations"] = {
        "controller.kubernetes.io/pod-deletion-cost": "+1",
        "container.apparmor.security.beta.kubernetes.io/x": "odd",
        "seccomp.security.alpha.kubernetes.io/pod": "odd",
        "kubernetes.io/config.mirror": "m",
    }
    errors = validate_create(obj)
    found = [(e.field.removeprefix("metadata.annotations"), e.detail) for e in errors]
    assert found == [
        (
            "[kubernetes.io/config.mirror]",
            "must set spec.nodeName if mirror pod annotation is set",
        ),
        ("[controller.kubernetes.io/pod-deletion-cost]", "must be a 32bit integer"),
        (".seccomp.security.alpha.kubernetes.io/pod", "must be a valid seccomp profile"),
        ("[container.apparmor.security.beta.kubernetes.io/x]", "container not found"),
        (
            "[container.apparmor.security.beta.kubernetes.io/x]",
            'invalid AppArmor profile name: "odd"',
        ),
    ]
