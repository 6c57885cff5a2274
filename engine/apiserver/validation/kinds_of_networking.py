"""The kinds by which workloads are reached: Services, endpoints, Ingresses, policies, ranges."""

from engine.apiserver.validation.contract import Rules
from engine.apiserver.validation.networking import endpoints, ingresses, policies, ranges, services

KINDS = {
    ("v1", "Service"): Rules(
        services.validate_service_create,
        services.validate_service_update,
        subresources={"status": services.validate_service_status_update},
    ),
    ("v1", "Endpoints"): Rules(
        endpoints.validate_endpoints_create, endpoints.validate_endpoints_update
    ),
    ("discovery.k8s.io/v1", "EndpointSlice"): Rules(
        endpoints.validate_slice_create, endpoints.validate_slice_update
    ),
    ("networking.k8s.io/v1", "Ingress"): Rules(
        ingresses.validate_ingress_create,
        ingresses.validate_ingress_update,
        subresources={"status": ingresses.validate_ingress_status_update},
    ),
    ("networking.k8s.io/v1", "IngressClass"): Rules(
        ingresses.validate_class_create, ingresses.validate_class_update, namespaced=False
    ),
    ("networking.k8s.io/v1", "NetworkPolicy"): Rules(
        policies.validate_policy_create, policies.validate_policy_update
    ),
    ("networking.k8s.io/v1", "ServiceCIDR"): Rules(
        ranges.validate_service_cidr_create,
        ranges.validate_service_cidr_update,
        namespaced=False,
        subresources={"status": ranges.validate_service_cidr_status_update},
    ),
    ("networking.k8s.io/v1", "IPAddress"): Rules(
        ranges.validate_ip_address_create, ranges.validate_ip_address_update, namespaced=False
    ),
}
