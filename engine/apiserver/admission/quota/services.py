"""What Services take of a quota.

Source: pkg/quota/v1/evaluator/core/services.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.apiserver.admission.amounts import Amounts
from engine.apiserver.admission.contract import CREATE, UPDATE, Attributes
from engine.apiserver.admission.objects import spec_of
from engine.apiserver.admission.quota.contract import ONE, Evaluator
from engine.apiserver.verbs.contract import Object
from engine.model.quantity import Quantity

COUNT = "count/services"
SERVICES = "services"
NODE_PORTS = "services.nodeports"
LOAD_BALANCERS = "services.loadbalancers"
NAMES = (COUNT, SERVICES, NODE_PORTS, LOAD_BALANCERS)


class ServiceUsage(Evaluator):
    """Services, and the node ports and load balancers that they will have."""

    def handles(self, attributes: Attributes) -> bool:
        """Updates too: the type may change."""
        return attributes.operation in (CREATE, UPDATE)

    def names(self, hard: Collection[str]) -> list[str]:
        """The four names."""
        return sorted(name for name in NAMES if name in hard)

    def usage(self, obj: Object, now_seconds: int) -> Amounts:
        """Node ports are not allocated yet: it is what the Service is about to get."""
        spec = spec_of(obj)
        balanced = spec.get("type") == "LoadBalancer"
        ports = spec.get("ports") or ()
        if balanced and spec.get("allocateLoadBalancerNodePorts") is False:
            ports = [port for port in ports if port.get("nodePort")]
        elif not balanced and spec.get("type") != "NodePort":
            ports = ()
        return {
            COUNT: ONE,
            SERVICES: ONE,
            NODE_PORTS: Quantity(len(ports)),
            LOAD_BALANCERS: ONE if balanced else Quantity(),
        }
