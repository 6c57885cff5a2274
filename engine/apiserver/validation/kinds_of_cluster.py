"""Autoscaling, disruption, access, priority, leases, Events, certificates, webhooks and policies of
admission, claims of devices, and what the server itself serves and how fairly."""

from engine.apiserver.validation.cluster import (
    access,
    api_services,
    autoscalers,
    budgets,
    classes,
    devices,
    flows,
    policies,
    priority_levels,
    records,
    requests,
    webhooks,
)
from engine.apiserver.validation.contract import Rules

_RBAC = "rbac.authorization.k8s.io/v1"
_WEBHOOKS = Rules(
    webhooks.validate_webhooks_create, webhooks.validate_webhooks_update, namespaced=False
)

KINDS = {
    ("autoscaling/v2", "HorizontalPodAutoscaler"): Rules(
        autoscalers.validate_autoscaler_create,
        autoscalers.validate_autoscaler_update,
        subresources={"status": autoscalers.validate_autoscaler_status_update},
    ),
    ("policy/v1", "PodDisruptionBudget"): Rules(
        budgets.validate_budget_create,
        budgets.validate_budget_update,
        subresources={"status": budgets.validate_budget_status_update},
    ),
    (_RBAC, "Role"): Rules(access.validate_role_create, access.validate_role_update),
    (_RBAC, "ClusterRole"): Rules(
        access.validate_cluster_role_create, access.validate_cluster_role_update, namespaced=False
    ),
    (_RBAC, "RoleBinding"): Rules(access.validate_binding_create, access.validate_binding_update),
    (_RBAC, "ClusterRoleBinding"): Rules(
        access.validate_cluster_binding_create,
        access.validate_cluster_binding_update,
        namespaced=False,
    ),
    ("scheduling.k8s.io/v1", "PriorityClass"): Rules(
        classes.validate_priority_class_create,
        classes.validate_priority_class_update,
        namespaced=False,
    ),
    ("node.k8s.io/v1", "RuntimeClass"): Rules(
        classes.validate_runtime_class_create,
        classes.validate_runtime_class_update,
        namespaced=False,
    ),
    ("coordination.k8s.io/v1", "Lease"): Rules(
        records.validate_lease_create, records.validate_lease_update
    ),
    ("v1", "Event"): Rules(records.validate_event_create, records.validate_event_update),
    ("certificates.k8s.io/v1", "CertificateSigningRequest"): Rules(
        requests.validate_request_create,
        requests.validate_request_update,
        namespaced=False,
        subresources={
            "status": requests.validate_request_status_update,
            "approval": requests.validate_request_approval,
        },
    ),
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): Rules(
        policies.validate_policy_create,
        policies.validate_policy_update,
        namespaced=False,
        subresources={"status": policies.validate_policy_status_update},
    ),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): Rules(
        policies.validate_binding_create, policies.validate_binding_update, namespaced=False
    ),
    ("resource.k8s.io/v1", "ResourceClaim"): Rules(
        devices.validate_claim_create,
        devices.validate_claim_update,
        subresources={"status": devices.validate_claim_status_update},
    ),
    ("resource.k8s.io/v1", "ResourceClaimTemplate"): Rules(
        devices.validate_template_create, devices.validate_template_update
    ),
    ("resource.k8s.io/v1", "DeviceClass"): Rules(
        devices.validate_class_create, devices.validate_class_update, namespaced=False
    ),
    ("apiregistration.k8s.io/v1", "APIService"): Rules(
        api_services.validate_api_service_create,
        api_services.validate_api_service_update,
        namespaced=False,
        subresources={"status": api_services.validate_api_service_status_update},
    ),
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): Rules(
        flows.validate_flow_schema_create,
        flows.validate_flow_schema_update,
        namespaced=False,
        subresources={"status": flows.validate_flow_status_update},
    ),
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): Rules(
        priority_levels.validate_priority_level_create,
        priority_levels.validate_priority_level_update,
        namespaced=False,
        subresources={"status": flows.validate_flow_status_update},
    ),
}
