"""The kinds of the core group about pods, nodes, namespaces and what they are given."""

from engine.apiserver.validation import (
    config,
    limit_ranges,
    namespaces,
    nodes,
    resource_quotas,
)
from engine.apiserver.validation.contract import Rules
from engine.apiserver.validation.pods.binding import (
    validate_template_create,
    validate_template_update,
)
from engine.apiserver.validation.pods.pod import validate_pod_create
from engine.apiserver.validation.pods.resize import validate_pod_resize
from engine.apiserver.validation.pods.status import validate_pod_status_update
from engine.apiserver.validation.pods.update import (
    validate_ephemeral_update,
    validate_pod_update,
)

KINDS = {
    ("v1", "Pod"): Rules(
        validate_pod_create,
        validate_pod_update,
        subresources={
            "status": validate_pod_status_update,
            "ephemeralcontainers": validate_ephemeral_update,
            "resize": validate_pod_resize,
        },
    ),
    ("v1", "PodTemplate"): Rules(validate_template_create, validate_template_update),
    ("v1", "Node"): Rules(nodes.validate_node_create, nodes.validate_node_update, namespaced=False),
    ("v1", "Namespace"): Rules(
        namespaces.validate_namespace_create,
        namespaces.validate_namespace_update,
        namespaced=False,
        subresources={
            "status": namespaces.validate_namespace_status_update,
            "finalize": namespaces.validate_namespace_finalize,
        },
    ),
    ("v1", "ConfigMap"): Rules(
        config.validate_config_map_create, config.validate_config_map_update
    ),
    ("v1", "Secret"): Rules(config.validate_secret_create, config.validate_secret_update),
    ("v1", "ServiceAccount"): Rules(
        config.validate_service_account_create, config.validate_service_account_update
    ),
    ("v1", "LimitRange"): Rules(
        limit_ranges.validate_limit_range_create, limit_ranges.validate_limit_range_update
    ),
    ("v1", "ResourceQuota"): Rules(
        resource_quotas.validate_quota_create,
        resource_quotas.validate_quota_update,
        subresources={"status": resource_quotas.validate_quota_status_update},
    ),
}
