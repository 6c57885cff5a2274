"""PersistentVolumeClaims and PersistentVolumes as the volume plugins read them.

After staging/src/k8s.io/component-helpers/storage/volume and storage/ephemeral (v1.36).
"""

from collections.abc import Iterator

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, at, mapping, mappings, text
from engine.scheduler.snapshot import Objects

_BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
WAIT_FOR_FIRST_CONSUMER = "WaitForFirstConsumer"

CLAIM_NOT_FOUND = 'persistentvolumeclaim "{}" not found'
VOLUME_NOT_FOUND = 'persistentvolume "{}" not found'
CLASS_NOT_FOUND = 'storageclass.storage.k8s.io "{}" not found'


def used_claims(pod: PodInfo) -> Iterator[tuple[str, bool]]:
    """(name of the claim, whether it is that of a generic ephemeral volume) of a pod's volumes."""
    for volume in pod.volumes:
        if volume.get("persistentVolumeClaim") is not None:
            yield text(volume, "persistentVolumeClaim", "claimName"), False
        elif volume.get("ephemeral") is not None:
            # VolumeClaimName
            yield f"{pod.name}-{text(volume, 'name')}", True


def not_for_pod(pod: PodInfo, claim: Object) -> str:
    """Why an ephemeral volume's claim is not the pod's, empty if it is: VolumeIsForPod."""
    for owner in mappings(claim, "metadata", "ownerReferences"):
        if owner.get("controller") is True and text(owner, "uid") == pod.uid:
            return ""
    key = f"{text(claim, 'metadata', 'namespace')}/{text(claim, 'metadata', 'name')}"
    return f"PVC {key} was not created for pod {pod.key} (pod is not owner)"


def class_of(obj: Object) -> str:
    """The StorageClass of a claim or a volume: GetPersistentVolumeClaimClass."""
    annotated = mapping(obj, "metadata", "annotations")
    if _BETA_CLASS in annotated:
        return text(annotated, _BETA_CLASS)
    return text(obj, "spec", "storageClassName")


def is_bound(claim: Object) -> bool:
    """Whether binding is complete: isPVCFullyBound."""
    return bool(text(claim, "spec", "volumeName")) and (
        at(claim, "metadata", "annotations", BIND_COMPLETED) is not None
    )


def binding_mode_of(claim: Object, objects: Objects) -> str | None:
    """The volumeBindingMode of a claim's class: empty without a class, None if it is not set."""
    found = objects.storage_classes.get(("", class_of(claim)))
    return "" if found is None else at(found, "volumeBindingMode")
