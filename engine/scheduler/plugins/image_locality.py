"""ImageLocality: likes nodes that have the pod's images already.

pkg/scheduler/framework/plugins/imagelocality/image_locality.go (v1.36).
"""

from typing import Any

from engine.scheduler.contract import MAX_NODE_SCORE, ScorePlugin
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo

_MIB = 1024 * 1024
MIN_THRESHOLD_BYTES = 23 * _MIB
MAX_CONTAINER_THRESHOLD_BYTES = 1000 * _MIB


class ImageLocality(ScorePlugin):
    """Scores by the sizes of images, each as far as it is spread over the nodes."""

    name = "ImageLocality"

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """By the sum of the sizes, between the two thresholds. The state is the snapshot."""
        total = 0
        for image in pod.images:
            known = node.image(normalized_name(image))
            if known is not None:
                total += int(known.size_bytes * (known.nodes / len(state.nodes)))
        highest = MAX_CONTAINER_THRESHOLD_BYTES * len(pod.images)
        total = min(max(total, MIN_THRESHOLD_BYTES), highest)
        return MAX_NODE_SCORE * (total - MIN_THRESHOLD_BYTES) // (highest - MIN_THRESHOLD_BYTES)


def normalized_name(image: str) -> str:
    """The name with the tag `latest` where it has none."""
    return image if image.rfind(":") > image.rfind("/") else f"{image}:latest"
