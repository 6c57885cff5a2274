"""Defaults of the groups storage.k8s.io and resource.k8s.io.

Source: pkg/apis/storage/v1/defaults.go and pkg/apis/resource/v1/defaults.go (v1.36). A device
taint's `timeAdded` is the time of the request: what knows the time sets it.
"""

from engine.apiserver.defaults.contract import Defaults, Object


def storage_class(obj: Object) -> None:
    """SetDefaults_StorageClass."""
    obj.setdefault("reclaimPolicy", "Delete")
    obj.setdefault("volumeBindingMode", "Immediate")


def csi_driver(obj: Object) -> None:
    """SetDefaults_CSIDriver."""
    spec = obj["spec"]
    spec.setdefault("attachRequired", True)
    spec.setdefault("podInfoOnMount", False)
    spec.setdefault("storageCapacity", False)
    spec.setdefault("fsGroupPolicy", "ReadWriteOnceWithFSType")
    spec.setdefault("volumeLifecycleModes", ["Persistent"])
    spec.setdefault("requiresRepublish", False)
    spec.setdefault("seLinuxMount", False)


def device_request(request: Object) -> None:
    """SetDefaults_ExactDeviceRequest and SetDefaults_DeviceSubRequest."""
    if request.setdefault("allocationMode", "ExactCount") == "ExactCount":
        request.setdefault("count", 1)


STORAGE: Defaults = {"StorageClass": storage_class, "CSIDriver": csi_driver}
RESOURCE: Defaults = {"ExactDeviceRequest": device_request, "DeviceSubRequest": device_request}
