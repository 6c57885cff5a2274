"""Defaults of the groups rbac, authentication and scheduling.

Source: pkg/apis/{rbac,authentication,scheduling}/v1/defaults.go (v1.36).
"""

from engine.apiserver.defaults.contract import Defaults, Object

RBAC_GROUP = "rbac.authorization.k8s.io"
TOKEN_SECONDS = 3600


def binding(obj: Object) -> None:
    """SetDefaults_RoleBinding and SetDefaults_ClusterRoleBinding."""
    obj["roleRef"]["apiGroup"] = obj["roleRef"].get("apiGroup") or RBAC_GROUP


def subject(obj: Object) -> None:
    """SetDefaults_Subject: service accounts are of the core group, written as none."""
    if obj["kind"] in ("User", "Group"):
        obj.setdefault("apiGroup", RBAC_GROUP)


def token_request_spec(spec: Object) -> None:
    """SetDefaults_TokenRequestSpec."""
    if spec.get("expirationSeconds") is None:
        spec["expirationSeconds"] = TOKEN_SECONDS


def priority_class(obj: Object) -> None:
    """SetDefaults_PriorityClass."""
    obj.setdefault("preemptionPolicy", "PreemptLowerPriority")


RBAC: Defaults = {"RoleBinding": binding, "ClusterRoleBinding": binding, "Subject": subject}
AUTHENTICATION: Defaults = {"TokenRequestSpec": token_request_spec}
SCHEDULING: Defaults = {"PriorityClass": priority_class}
