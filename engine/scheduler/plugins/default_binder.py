"""DefaultBinder: binds by the binding subresource.

pkg/scheduler/framework/plugins/defaultbinder/default_binder.go (v1.36).
"""

from engine.scheduler.contract import Plugin
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object


class DefaultBinder(Plugin):
    """Makes the Binding that is sent to the API server."""

    name = "DefaultBinder"

    def binding(self, pod: PodInfo, node: str) -> Object:
        """The body of `create pods/binding`."""
        return {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"namespace": pod.namespace, "name": pod.name, "uid": pod.uid},
            "target": {"kind": "Node", "name": node},
        }
