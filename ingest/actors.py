"""Who is behind a write: from a user name and a user agent to a component.

`RULES` is the whole knowledge, read from the top: the first rule that matches wins. User names of
the control plane are those of pkg/controlplane and cmd/kube-controller-manager (v1.36); controllers
run as service accounts in kube-system when --use-service-account-credentials is set, and otherwise
share the user system:kube-controller-manager, where only the tail of the user agent tells them
apart (k8s.io/client-go rest.AddUserAgent: "program/version (os/arch) kubernetes/commit/name").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Actor:
    """What stands behind a user: a component, and for a kubelet its node."""

    component: str
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A user and an agent pattern (both must match from the start) and what they mean.

    `{name}` in the component or the node is filled from the group `name` of either pattern.
    """

    user: str
    agent: str
    component: str
    node: str | None = None


# The controllers of the kube-controller-manager: their service accounts in kube-system, as the
# roles in plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go (v1.36) name them.
CONTROLLERS = (
    "attachdetach-controller",
    "bootstrap-signer",
    "certificate-controller",
    "clusterrole-aggregation-controller",
    "cronjob-controller",
    "daemon-set-controller",
    "deployment-controller",
    "device-taint-eviction-controller",
    "disruption-controller",
    "endpoint-controller",
    "endpointslice-controller",
    "endpointslicemirroring-controller",
    "ephemeral-volume-controller",
    "expand-controller",
    "generic-garbage-collector",
    "horizontal-pod-autoscaler",
    "job-controller",
    "legacy-service-account-token-cleaner",
    "namespace-controller",
    "node-controller",
    "persistent-volume-binder",
    "pod-garbage-collector",
    "pv-protection-controller",
    "pvc-protection-controller",
    "replicaset-controller",
    "replication-controller",
    "resource-claim-controller",
    "resourcequota-controller",
    "root-ca-cert-publisher",
    "route-controller",
    "selinux-warning-controller",
    "service-account-controller",
    "service-ca-cert-publisher",
    "service-cidrs-controller",
    "service-controller",
    "statefulset-controller",
    "token-cleaner",
    "ttl-after-finished-controller",
    "ttl-controller",
    "validatingadmissionpolicy-status-controller",
    "volumeattributesclass-protection-controller",
)

_ANY = ""
_KUBE_SYSTEM = "system:serviceaccount:kube-system:"
_ACCOUNT_OR_NAMESPACE = "system:serviceaccount:([^:]+:)?"
_TAIL = r".* kubernetes/\w+/"

RULES: tuple[Rule, ...] = (
    # The control plane and the nodes, by the names of their certificates.
    Rule(r"system:node:(?P<name>.+)$", _ANY, "kubelet", "{name}"),
    Rule(r"system:bootstrap:|system:node-bootstrapper$", _ANY, "kubelet-bootstrap"),
    Rule("system:apiserver$", _ANY, "kube-apiserver"),
    Rule("system:kube-scheduler$", _ANY, "kube-scheduler"),
    Rule("system:kube-controller-manager$", _TAIL + r"leader-election", "kube-controller-manager"),
    Rule("system:kube-controller-manager$", _TAIL + r"(shared|metadata)-informers",
         "kube-controller-manager"),
    Rule("system:kube-controller-manager$",
         _TAIL + _KUBE_SYSTEM + r"(?P<name>[\w.-]+)$", "{name}"),
    Rule("system:kube-controller-manager$",
         _TAIL + rf"(?P<name>{'|'.join(CONTROLLERS)})$", "{name}"),
    Rule("system:kube-controller-manager$", _ANY, "kube-controller-manager"),
    Rule("system:cloud-controller-manager$|" + _KUBE_SYSTEM + "cloud-(controller-manager|provider)",
         _ANY, "cloud-controller-manager"),
    Rule("system:kube-proxy$|" + _KUBE_SYSTEM + "kube-proxy$", _ANY, "kube-proxy"),
    Rule("system:aggregator$", _ANY, "kube-aggregator"),
    # Controllers with an account of their own.
    Rule(_KUBE_SYSTEM + rf"(?P<name>{'|'.join(CONTROLLERS)})$", _ANY, "{name}"),
    Rule(_KUBE_SYSTEM + r"(?P<name>[\w.-]+)$",
         r"kube-controller-manager/.*/" + _KUBE_SYSTEM, "{name}"),
    # Add-ons that nearly every cluster has.
    Rule(r"system:serviceaccount:[^:]+:(?P<name>coredns|metrics-server|cluster-autoscaler|"
         r"karpenter|kindnet|cilium(-operator)?|calico-(node|kube-controllers)|flannel|"
         r"local-path-provisioner(?=-service-account)|kube-state-metrics)(-service-account)?$",
         _ANY, "{name}"),
    Rule(r"system:serviceaccount:[^:]+:(ebs|efs|gce-pd|azuredisk|csi)[\w-]*", _ANY, "csi-driver"),
    # Delivery and operators: by the account where it has a name of its own, else by the program.
    Rule(r"system:serviceaccount:[^:]*:argocd-", _ANY, "argocd"),
    Rule(_ANY, r"argo-?cd", "argocd"),
    Rule(r"system:serviceaccount:flux-system:", _ANY, "flux"),
    Rule(_ANY, r"(flux|(kustomize|helm|source|notification|image-\w+)-controller)/", "flux"),
    Rule(_ANY, r"(Helm|helm)/", "helm"),
    Rule(_ANY, r"(HashiCorp/|Terraform/|terraform)", "terraform"),
    Rule(_ANY, r"(?i)opentofu", "terraform"),
    Rule(_ANY, r"(?i)pulumi", "pulumi"),
    Rule(_ANY, r"(?i)(ansible|OpenAPI-Generator/.*ansible)", "ansible"),
    Rule(_ANY, r"(?i)crossplane", "crossplane"),
    Rule(_ANY, r"(?i)(prometheus-?operator|PrometheusOperator)", "prometheus-operator"),
    Rule(_ANY, r"(?i)cert-manager", "cert-manager"),
    Rule(r"system:serviceaccount:cert-manager:", _ANY, "cert-manager"),
    Rule(r"system:serviceaccount:(istio-system|linkerd|linkerd-viz):", _ANY, "service-mesh"),
    Rule(r"system:serviceaccount:[^:]*gatekeeper[^:]*:", _ANY, "gatekeeper"),
    Rule(r"system:serviceaccount:kyverno:", _ANY, "kyverno"),
    Rule(r"system:serviceaccount:[^:]+:velero", _ANY, "velero"),
    # Continuous integration, by the account that such systems are usually given.
    Rule(r"(?i)(?!system:).*(github[-_:/]?actions?|actions\.githubusercontent)", _ANY,
         "github-actions"),
    Rule(_ACCOUNT_OR_NAMESPACE + r"(arc|github|actions)[\w-]*runner", _ANY, "github-actions"),
    Rule(_ACCOUNT_OR_NAMESPACE + "gitlab|gitlab", _ANY, "gitlab"),
    Rule(_ACCOUNT_OR_NAMESPACE + "jenkins|jenkins", _ANY, "jenkins"),
    Rule(_ACCOUNT_OR_NAMESPACE + "(tekton|pipelines?)", _ANY, "tekton"),
    Rule(r"(?i)(?!system:)(ci|cd|deploy(er)?|build(er|bot)?)([-_:.@].*)?$", _ANY, "ci"),
    Rule(r"(?i)(?!system:).*[-_](ci|cd|deployer|bot)$", _ANY, "ci"),
    # Accounts, and at last people, told apart by their program.
    Rule(r"system:serviceaccount:", _ANY, "serviceaccount"),
    Rule(r"system:anonymous$|system:unauthenticated$", _ANY, "anonymous"),
    Rule(r"$", _ANY, "unknown"),
    Rule(_ANY, r"kubectl(\.exe|[-\w]*)?/", "kubectl"),
    Rule(_ANY, r"oc(\.exe)?/", "kubectl"),
    Rule(_ANY, r"(?i)(k9s|lens|openlens|headlamp|dashboard)/", "kubernetes-ui"),
    Rule(_ANY, _ANY, "user"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    user: re.Pattern[str]
    agent: re.Pattern[str]

    def match(self, user: str, agent: str) -> Actor | None:
        by_user = self.user.match(user)
        by_agent = self.agent.match(agent)
        if by_user is None or by_agent is None:
            return None
        name = by_user.groupdict().get("name") or by_agent.groupdict().get("name") or ""
        rule = self.rule
        node = rule.node.replace("{name}", name) if rule.node else None
        return Actor(rule.component.replace("{name}", name), node)


_COMPILED = tuple(_Compiled(rule, re.compile(rule.user), re.compile(rule.agent)) for rule in RULES)


@lru_cache(maxsize=16384)
def actor(user: str, user_agent: str) -> Actor:
    """The actor behind an authenticated user name and the program it used.

    The last rule matches everything, so there always is one.
    """
    for compiled in _COMPILED:
        found = compiled.match(user, user_agent)
        if found is not None:
            return found
    raise AssertionError("the last rule matches everything")
