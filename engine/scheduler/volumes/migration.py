"""In-tree volumes that a CSI driver has taken over.

After staging/src/k8s.io/csi-translation-lib/plugins and pkg/scheduler/framework/plugins/
nodevolumelimits/utils.go (v1.36): only who attaches a volume, and what tells it from others.
"""

from engine.scheduler.reading import Object, at, mapping, text

DRIVER_OF = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/azure-file": "file.csi.azure.com",
    "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
    "kubernetes.io/portworx-volume": "pxd.portworx.com",
}

# The field of a volume, the plugin, and the fields of the source that tell which volume it is.
_SOURCES = (
    ("awsElasticBlockStore", "kubernetes.io/aws-ebs", ("volumeID",)),
    ("gcePersistentDisk", "kubernetes.io/gce-pd", ("pdName",)),
    ("cinder", "kubernetes.io/cinder", ("volumeID",)),
    ("azureDisk", "kubernetes.io/azure-disk", ("diskURI",)),
    ("azureFile", "kubernetes.io/azure-file", ("secretName", "shareName")),
    ("vsphereVolume", "kubernetes.io/vsphere-volume", ("volumePath",)),
    ("portworxVolume", "kubernetes.io/portworx-volume", ("volumeID",)),
)
# Their drivers have taken over wherever there is a CSINode; Portworx' where it says so, and none
# of the others' volumes are counted.
_ALWAYS = ("aws-ebs", "gce-pd", "cinder", "azure-disk")
_WHERE_TOLD = "kubernetes.io/portworx-volume"
MIGRATED_PLUGINS = "storage.alpha.kubernetes.io/migrated-plugins"


def is_migratable(volume: Object) -> bool:
    """Whether there is a driver for the kind of volume."""
    return bool(inline_handle(volume)[0])


def inline_handle(volume: Object) -> tuple[str, str]:
    """(in-tree plugin, what tells the volume from others) of a volume source; empty if none."""
    for field, plugin, names in _SOURCES:
        if volume.get(field) is not None:
            source = mapping(volume, field)
            return plugin, "/".join(text(source, name) for name in names)
    return "", ""


def is_migrated(plugin: str, csi_node: Object | None) -> bool:
    """Whether the driver has taken over on a node: isCSIMigrationOn."""
    if csi_node is None or plugin.removeprefix("kubernetes.io/") in _ALWAYS:
        return csi_node is not None
    migrated = at(csi_node, "metadata", "annotations", MIGRATED_PLUGINS)
    told = migrated.split(",") if isinstance(migrated, str) else ()
    return plugin == _WHERE_TOLD and plugin in told
