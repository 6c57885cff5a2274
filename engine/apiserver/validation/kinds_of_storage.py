"""Volumes, claims of volumes, classes of storage, their drivers."""

from engine.apiserver.validation.contract import Rules
from engine.apiserver.validation.storage import claims, classes, drivers, volumes

KINDS = {
    ("v1", "PersistentVolume"): Rules(
        volumes.validate_volume_create,
        volumes.validate_volume_update,
        namespaced=False,
        subresources={"status": volumes.validate_volume_status_update},
    ),
    ("v1", "PersistentVolumeClaim"): Rules(
        claims.validate_claim_create,
        claims.validate_claim_update,
        subresources={"status": claims.validate_claim_status_update},
    ),
    ("storage.k8s.io/v1", "StorageClass"): Rules(
        classes.validate_storage_class_create,
        classes.validate_storage_class_update,
        namespaced=False,
    ),
    ("storage.k8s.io/v1", "VolumeAttributesClass"): Rules(
        classes.validate_attributes_class_create,
        classes.validate_attributes_class_update,
        namespaced=False,
    ),
    ("storage.k8s.io/v1", "CSIDriver"): Rules(
        drivers.validate_driver_create, drivers.validate_driver_update, namespaced=False
    ),
    ("storage.k8s.io/v1", "CSINode"): Rules(
        drivers.validate_csi_node_create, drivers.validate_csi_node_update, namespaced=False
    ),
    ("storage.k8s.io/v1", "CSIStorageCapacity"): Rules(
        drivers.validate_capacity_create, drivers.validate_capacity_update
    ),
    ("storage.k8s.io/v1", "VolumeAttachment"): Rules(
        drivers.validate_attachment_create, drivers.validate_attachment_update, namespaced=False
    ),
}
