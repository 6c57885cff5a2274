"""Values as Kubernetes prints its internal types: Go's names of fields, nothing left out.

    internal_form("io.k8s.api.core.v1.Taint", {"key": "a", "effect": "NoSchedule"})
    == {"Key": "a", "Value": "", "Effect": "NoSchedule", "TimeAdded": None}

Messages show a struct of an internal type through json.Marshal, and those types have no `json:`
tags. They have the fields of the v1 types (engine.schema.go_types) but for what is listed here,
from pkg/apis/core/types.go (v1.36). Metadata and label selectors are no internal types: they keep
the names and the omitempty of their JSON.
"""

import difflib
from functools import cache
from typing import Any

from engine.apiserver.validation.field import Struct, marshal
from engine.model.quantity import Quantity
from engine.schema.go_types import GoField, GoType, go_types

_CORE = "io.k8s.api.core.v1."
_META = "io.k8s.apimachinery.pkg.apis.meta.v1."
_OBJECT_META = f"{_META}ObjectMeta"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_RAW = "io.k8s.apimachinery.pkg.runtime.RawExtension"
_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"

# What a struct with a JSON form of its own prints when it is zero.
_ZERO_OF: dict[str, Any] = {_QUANTITY: "0", _INT_OR_STRING: 0}

# Go's names where they are more than the JSON name with a capital.
_NAMES = {
    "apiGroup": "APIGroup", "apiVersion": "APIVersion", "apiGroups": "APIGroups",
    "awsElasticBlockStore": "AWSElasticBlockStore", "cel": "CEL", "cephfs": "CephFS", "csi": "CSI",
    "dnsConfig": "DNSConfig", "dnsPolicy": "DNSPolicy", "fc": "FC", "fsGroup": "FSGroup",
    "fsGroupChangePolicy": "FSGroupChangePolicy", "fsType": "FSType",
    "gcePersistentDisk": "GCEPersistentDisk", "gid": "GID",
    "gmsaCredentialSpec": "GMSACredentialSpec",
    "gmsaCredentialSpecName": "GMSACredentialSpecName", "grpc": "GRPC", "http": "HTTP",
    "httpGet": "HTTPGet", "httpHeaders": "HTTPHeaders", "ip": "IP", "ipBlock": "IPBlock",
    "ipFamilies": "IPFamilies", "ipFamilyPolicy": "IPFamilyPolicy", "ipMode": "IPMode",
    "iqn": "IQN", "iscsi": "ISCSI", "iscsiInterface": "ISCSIInterface", "nfs": "NFS", "os": "OS",
    "osImage": "OSImage", "pdName": "PDName", "qosClass": "QOSClass", "rbd": "RBD",
    "seLinuxChangePolicy": "SELinuxChangePolicy", "seLinuxOptions": "SELinuxOptions",
    "sslEnabled": "SSLEnabled", "storageos": "StorageOS", "tcpSocket": "TCPSocket",
    "tls": "TLS", "tty": "TTY", "uid": "UID", "uri": "URI", "wwids": "WWIDs", "cidr": "CIDR",
    "cidrs": "CIDRs",
}  # fmt: skip
_NAMES_OF_TYPE = {
    "AzureDiskVolumeSource": {"diskURI": "DataDiskURI"},
    "ContainerStatus": {"lastState": "LastTerminationState"},
    "GlusterfsPersistentVolumeSource": {"endpoints": "EndpointsName"},
    "GlusterfsVolumeSource": {"endpoints": "EndpointsName"},
    "ISCSIPersistentVolumeSource": {
        "chapAuthDiscovery": "DiscoveryCHAPAuth", "chapAuthSession": "SessionCHAPAuth",
    },
    "ISCSIVolumeSource": {
        "chapAuthDiscovery": "DiscoveryCHAPAuth", "chapAuthSession": "SessionCHAPAuth",
    },
    "NodeSpec": {"externalID": "DoNotUseExternalID"},
    "RBDPersistentVolumeSource": {
        "monitors": "CephMonitors", "image": "RBDImage", "pool": "RBDPool", "user": "RadosUser",
    },
    "RBDVolumeSource": {
        "monitors": "CephMonitors", "image": "RBDImage", "pool": "RBDPool", "user": "RadosUser",
    },
}  # fmt: skip

# Where the fields stand otherwise than in v1.
_HOST_FIELDS = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")
_LEFT_OUT = {
    "PodSpec": {"serviceAccount", *_HOST_FIELDS},
    "NodeSpec": {"podCIDR"},
    "PodStatus": {"podIP"},
}
_VOLUME_ORDER = (
    "hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs "
    "persistentVolumeClaim rbd quobyte flexVolume cinder cephfs flocker downwardAPI fc azureFile "
    "configMap vsphereVolume azureDisk photonPersistentDisk projected portworxVolume scaleIO "
    "storageos csi ephemeral image"
)
_ORDER = {
    "Volume": f"name {_VOLUME_ORDER}",
    "PersistentVolumeSpec": (
        "capacity gcePersistentDisk awsElasticBlockStore hostPath glusterfs nfs rbd quobyte iscsi "
        "flexVolume cinder cephfs fc flocker azureFile vsphereVolume azureDisk "
        "photonPersistentDisk portworxVolume scaleIO local storageos csi accessModes claimRef "
        "persistentVolumeReclaimPolicy storageClassName mountOptions volumeMode nodeAffinity "
        "volumeAttributesClassName"
    ),
    "PodSecurityContext": (
        "hostNetwork hostPID hostIPC shareProcessNamespace hostUsers seLinuxOptions "
        "windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups "
        "supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls seccompProfile "
        "appArmorProfile seLinuxChangePolicy"
    ),
    "PodSpec": (
        "volumes initContainers containers ephemeralContainers restartPolicy "
        "terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector "
        "serviceAccountName automountServiceAccountToken nodeName securityContext "
        "imagePullSecrets hostname subdomain setHostnameAsFQDN affinity schedulerName tolerations "
        "hostAliases priorityClassName priority preemptionPolicy dnsConfig readinessGates "
        "runtimeClassName overhead enableServiceLinks topologySpreadConstraints os "
        "schedulingGates resourceClaims resources hostnameOverride schedulingGroup"
    ),
    "ServiceSpec": (
        "type ports selector clusterIP clusterIPs ipFamilies ipFamilyPolicy externalName "
        "externalIPs loadBalancerIP sessionAffinity sessionAffinityConfig "
        "loadBalancerSourceRanges externalTrafficPolicy healthCheckNodePort "
        "publishNotReadyAddresses allocateLoadBalancerNodePorts loadBalancerClass "
        "internalTrafficPolicy trafficDistribution"
    ),
}


def internal_form(type_name: str, value: Any) -> Any:
    """The value of the named struct (its v1 name) as its internal type prints it.

    Quantities and times are expected in their canonical form, as typed_form makes them.
    """
    return _struct(type_name, value, False)


def internal_list(type_name: str, values: Any) -> Any:
    """The same for a list of structs; None where there is none."""
    return None if values is None else [internal_form(type_name, value) for value in values]


def semantically_equal(type_name: str, first: Any, second: Any) -> bool:
    """apiequality.Semantic.DeepEqual: quantities by value, empty lists and maps as none."""
    return bool(
        first == second or _struct(type_name, first, True) == _struct(type_name, second, True)
    )


def difference(type_name: str, old: Any, new: Any) -> str:
    """The lines that differ between two printed structs: diff.Diff of apimachinery."""
    return difference_of(internal_form(type_name, old), internal_form(type_name, new))


def difference_of(old: Any, new: Any) -> str:
    """The same of two values in their internal form."""
    before, after = (
        f"{marshal(value, indent=1)}\n".splitlines(keepends=True) for value in (old, new)
    )
    # The first two lines name files, and there are none.
    return "".join(list(difflib.unified_diff(before, after))[2:])


def external_form(type_name: str, value: Any) -> Any:
    """A value as its JSON type prints it: the fields in Go's order, omitempty where it says so."""
    if value is None:
        return None
    struct = go_types().get(type_name)
    if struct is None or not isinstance(value, dict):
        return value
    printed = Struct()
    for name, go_field in struct.fields.items():
        if name in value:
            printed[name] = _external(go_field.type, value[name])
        elif go_field.printed:
            printed[name] = _zero(go_field.type, False)
    return printed


def _external(go_type: GoType, value: Any) -> Any:
    element = go_type.element
    if go_type.form == "pointer" and element is not None:
        return _external(element, value)
    if go_type.form == "list" and element is not None and isinstance(value, list):
        return [_external(element, item) for item in value]
    if go_type.form == "struct":
        return external_form(go_type.struct, value)
    return value


def _struct(type_name: str, value: Any, compared: bool) -> Any:
    if value is None:
        return None
    if type_name == _QUANTITY:
        return Quantity.from_json(value) if compared else value
    if type_name == _RAW:
        return value
    if type_name.startswith(_META) or not isinstance(value, dict):
        return external_form(type_name, value)
    if type_name == f"{_CORE}PodSpec":
        value = _with_host_fields(value)
    printed = Struct()
    for name, shown, go_field in _fields(type_name):
        if go_field.type.struct == _OBJECT_META:
            # It is embedded: its fields are printed among the others.
            printed.update(external_form(_OBJECT_META, value.get(name) or {}))
        elif name in value:
            printed[shown] = _value(go_field.type, value[name], compared)
        else:
            printed[shown] = _zero(go_field.type, compared)
    return printed


def _value(go_type: GoType, value: Any, compared: bool) -> Any:
    if value is None or (compared and not value and go_type.form in ("list", "map")):
        return _zero(go_type, compared)
    element = go_type.element
    if element is not None and go_type.form == "pointer":
        return _value(element, value, compared)
    if element is not None and go_type.form == "list":
        return [_value(element, item, compared) for item in value]
    if element is not None and go_type.form == "map":
        return {key: _value(element, item, compared) for key, item in value.items()}
    return _struct(go_type.struct, value, compared) if go_type.form == "struct" else value


def _zero(go_type: GoType, compared: bool) -> Any:
    match go_type.form:
        case "string":
            return ""
        case "bool":
            return False
        case "int" | "float":
            return 0
        case "struct" if go_type.struct in _ZERO_OF:
            zero = _ZERO_OF[go_type.struct]
            return _struct(go_type.struct, zero, compared)
        case "struct" if go_types().get(go_type.struct) is not None:
            return _struct(go_type.struct, {}, compared)
        case _:
            return None


@cache
def _fields(type_name: str) -> tuple[tuple[str, str, GoField], ...]:
    """(JSON name, Go name, field) in the order of the internal type."""
    struct = go_types().get(type_name)
    assert struct is not None, type_name
    short = type_name.removeprefix(_CORE)
    fields = {k: v for k, v in struct.fields.items() if k not in ("kind", "apiVersion")}
    if "metadata" not in fields:
        fields = dict(struct.fields)
    if short == "PodSecurityContext":
        spec = go_types().get(f"{_CORE}PodSpec")
        assert spec is not None
        fields |= {name: spec.fields[name] for name in _HOST_FIELDS}
    for name in _LEFT_OUT.get(short, ()):
        fields.pop(name, None)
    order = _ORDER.get(short, "").split()
    names = [name for name in order if name in fields]
    names += [name for name in fields if name not in order]
    special = _NAMES_OF_TYPE.get(short, {})
    return tuple(
        (name, special.get(name) or _NAMES.get(name) or name[:1].upper() + name[1:], fields[name])
        for name in names
    )


def _with_host_fields(spec: dict[str, Any]) -> dict[str, Any]:
    """The internal PodSpec has what concerns the host in its security context."""
    given = {name: spec[name] for name in _HOST_FIELDS if name in spec}
    if not given:
        return spec
    return {**spec, "securityContext": {**(spec.get("securityContext") or {}), **given}}
