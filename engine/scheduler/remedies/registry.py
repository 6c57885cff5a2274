"""Who speaks for which plugin. Of the others it is told that they reject, and where."""

from collections.abc import Mapping

from engine.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from engine.scheduler.plugins.node_affinity import NodeAffinity
from engine.scheduler.plugins.node_ports import NodePorts
from engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from engine.scheduler.plugins.node_unschedulable import NodeUnschedulable
from engine.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from engine.scheduler.plugins.scheduling_gates import SchedulingGates
from engine.scheduler.plugins.taint_toleration import TaintToleration
from engine.scheduler.plugins.topology_spread import PodTopologySpread
from engine.scheduler.plugins.volume_binding import VolumeBinding
from engine.scheduler.plugins.volume_restrictions import VolumeRestrictions
from engine.scheduler.plugins.volume_zone import VolumeZone
from engine.scheduler.remedies.contract import Remedies
from engine.scheduler.remedies.gates import GateRemedies
from engine.scheduler.remedies.nodes import AffinityRemedies, CordonRemedies, TaintRemedies
from engine.scheduler.remedies.pods import InterPodRemedies, PortRemedies
from engine.scheduler.remedies.resources import ResourceRemedies
from engine.scheduler.remedies.spread import SpreadRemedies
from engine.scheduler.remedies.volumes import ClaimRemedies, DiskRemedies

REMEDIES: Mapping[str, Remedies] = {
    SchedulingGates.name: GateRemedies(),
    NodeUnschedulable.name: CordonRemedies(),
    TaintToleration.name: TaintRemedies(),
    NodeAffinity.name: AffinityRemedies(),
    NodePorts.name: PortRemedies(),
    NodeResourcesFit.name: ResourceRemedies(),
    VolumeRestrictions.name: DiskRemedies(),
    NodeVolumeLimits.name: ClaimRemedies(),
    VolumeBinding.name: ClaimRemedies(),
    VolumeZone.name: ClaimRemedies(),
    PodTopologySpread.name: SpreadRemedies(),
    InterPodAffinity.name: InterPodRemedies(),
}
