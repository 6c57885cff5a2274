"""DefaultBinder: binds by the binding subresource.

pkg/scheduler/framework/plugins/defaultbinder/default_binder.go (v1.36).
"""

from engine.scheduler.contract import BindPlugin
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.writes import Write


class DefaultBinder(BindPlugin):
    """Makes the Binding that is sent to the API server."""

    name = "DefaultBinder"

    def bind(self, pod: PodInfo, node: NodeInfo) -> Write | None:
        """`create pods/binding`."""
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"namespace": pod.namespace, "name": pod.name, "uid": pod.uid},
            "target": {"kind": "Node", "name": node.name},
        }
        return Write("create", "pods", pod.namespace, pod.name, "binding", body=binding)
