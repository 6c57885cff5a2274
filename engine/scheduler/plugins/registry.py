"""The plugins that there are, and the default profile.

After pkg/scheduler/framework/plugins/registry.go and pkg/scheduler/apis/config/v1/
default_plugins.go (v1.36).
"""

from collections.abc import Callable

from engine.scheduler.arguments import (
    balanced_allocation,
    default_preemption,
    inter_pod_affinity,
    node_affinity,
    node_resources_fit,
    topology_spread,
    volume_binding,
)
from engine.scheduler.contract import Plugin
from engine.scheduler.plugins.default_binder import DefaultBinder
from engine.scheduler.plugins.dynamic_resources import DynamicResources
from engine.scheduler.plugins.image_locality import ImageLocality
from engine.scheduler.plugins.node_declared_features import NodeDeclaredFeatures
from engine.scheduler.plugins.node_name import NodeName
from engine.scheduler.plugins.node_ports import NodePorts
from engine.scheduler.plugins.node_unschedulable import NodeUnschedulable
from engine.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from engine.scheduler.plugins.priority_sort import PrioritySort
from engine.scheduler.plugins.scheduling_gates import SchedulingGates
from engine.scheduler.plugins.taint_toleration import TaintToleration
from engine.scheduler.plugins.volume_restrictions import VolumeRestrictions
from engine.scheduler.plugins.volume_zone import VolumeZone
from engine.scheduler.reading import Object


def _plain(plugin: type[Plugin]) -> Callable[[Object], Plugin]:
    """Makes a plugin that takes no arguments."""
    return lambda _: plugin()


# In the order of the default profile: (name, its weight there or 0, how it is made of its args).
PLUGINS: tuple[tuple[str, int, Callable[[Object], Plugin]], ...] = (
    ("SchedulingGates", 0, _plain(SchedulingGates)),
    ("PrioritySort", 0, _plain(PrioritySort)),
    ("NodeUnschedulable", 0, _plain(NodeUnschedulable)),
    ("NodeName", 0, _plain(NodeName)),
    ("TaintToleration", 3, _plain(TaintToleration)),
    ("NodeAffinity", 2, node_affinity),
    ("NodePorts", 0, _plain(NodePorts)),
    ("NodeResourcesFit", 1, node_resources_fit),
    ("VolumeRestrictions", 0, _plain(VolumeRestrictions)),
    ("NodeVolumeLimits", 0, _plain(NodeVolumeLimits)),
    ("VolumeBinding", 0, volume_binding),
    ("VolumeZone", 0, _plain(VolumeZone)),
    ("PodTopologySpread", 2, topology_spread),
    ("InterPodAffinity", 2, inter_pod_affinity),
    ("DynamicResources", 2, _plain(DynamicResources)),
    ("DefaultPreemption", 0, default_preemption),
    ("NodeResourcesBalancedAllocation", 1, balanced_allocation),
    ("ImageLocality", 1, _plain(ImageLocality)),
    ("DefaultBinder", 0, _plain(DefaultBinder)),
    ("NodeDeclaredFeatures", 0, _plain(NodeDeclaredFeatures)),
)

MAKERS: dict[str, Callable[[Object], Plugin]] = {name: make for name, _, make in PLUGINS}
