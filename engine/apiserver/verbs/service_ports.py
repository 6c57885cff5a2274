"""The node ports of Services.

Source: pkg/registry/core/service/storage/alloc.go (initNodePorts, updateNodePorts,
allocHealthCheckNodePort), v1.36.
"""

from __future__ import annotations

from engine.apiserver.verbs.contract import Choices, Object, Write

LOAD_BALANCER = "LoadBalancer"


def with_node_ports(spec: Object, write: Write, service: Object, choices: Choices) -> None:
    """Give each port the node port that was chosen for it, in place."""
    ports = spec.get("ports") or []
    balanced = spec.get("type") == LOAD_BALANCER
    if not ports or (balanced and spec.get("allocateLoadBalancerNodePorts") is False):
        return  # specific requests are respected, no others are allocated
    chosen = choices.node_ports(write, service)
    spec["ports"] = [
        _with_port(port, chosen[index] if index < len(chosen) else 0)
        for index, port in enumerate(ports)
    ]


def _with_port(port: Object, chosen: int) -> Object:
    if port.get("nodePort") or not chosen:
        return port
    return {**port, "nodePort": chosen}


def with_health_check_port(spec: Object, write: Write, service: Object, choices: Choices) -> None:
    """Give the Service the health check port that was chosen, in place."""
    chosen = choices.health_check_node_port(write, service)
    if chosen and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = chosen
