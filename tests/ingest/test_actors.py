"""Users and their programs are told apart as the components that they are."""

from __future__ import annotations

import pytest

from ingest.actors import RULES, Actor, actor

MANAGER = "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/d9b4cf1"
ACCOUNT = "system:serviceaccount:kube-system:"


@pytest.mark.parametrize(
    ("user", "agent", "component"),
    [
        ("system:apiserver", "kube-apiserver/v1.36.2 (linux/amd64)", "kube-apiserver"),
        ("system:kube-scheduler", "kube-scheduler/v1.36.2/leader-election", "kube-scheduler"),
        ("system:kube-controller-manager", MANAGER + "/leader-election", "kube-controller-manager"),
        ("system:kube-controller-manager", MANAGER + "/shared-informers",
         "kube-controller-manager"),
        ("system:kube-controller-manager", MANAGER + "/node-controller", "node-controller"),
        ("system:kube-controller-manager", MANAGER + f"/{ACCOUNT}job-controller",
         "job-controller"),
        (ACCOUNT + "deployment-controller", MANAGER, "deployment-controller"),
        (ACCOUNT + "generic-garbage-collector", MANAGER, "generic-garbage-collector"),
        (ACCOUNT + "new-controller", MANAGER + f"/{ACCOUNT}new-controller", "new-controller"),
        (ACCOUNT + "coredns", "coredns/1.12", "coredns"),
        (ACCOUNT + "something", "x/1", "serviceaccount"),
        ("system:cloud-controller-manager", "zz-ccm/v1.36.2/node-controller",
         "cloud-controller-manager"),
        ("system:kube-proxy", "kube-proxy/v1.36.2", "kube-proxy"),
        (ACCOUNT + "kube-proxy", "kube-proxy/v1.36.2", "kube-proxy"),
        ("system:serviceaccount:argocd:argocd-application-controller", "", "argocd"),
        ("ci-deployer", "argocd-application-controller/v3.1.0", "argocd"),
        ("system:serviceaccount:flux-system:kustomize-controller", "x", "flux"),
        ("alice", "Helm/3.15.2", "helm"),
        ("alice", "HashiCorp/1.0 Terraform/1.9.5", "terraform"),
        ("system:serviceaccount:gitlab-runner:default", "gitlab-runner/17", "gitlab"),
        ("ci-deployer", "platform-tools/3.4.1", "ci"),
        ("alice@example.com", "kubectl/v1.36.2 (linux/amd64) kubernetes/d9b4cf1", "kubectl"),
        ("alice@example.com", "kubectl.exe/v1.30.0 (windows/amd64)", "kubectl"),
        ("bob@example.com", "k9s/0.50.6", "kubernetes-ui"),
        ("bob@example.com", "platform-tools/3.4.1", "user"),
        ("citizen@example.com", "curl/8", "user"),
        ("system:serviceaccount:shop:web", "Go-http-client/2.0", "serviceaccount"),
        ("system:anonymous", "curl/8", "anonymous"),
        ("", "curl/8", "unknown"),
        ("", "", "unknown"),
    ],
)  # fmt: skip
def test_the_component_behind_a_user(user: str, agent: str, component: str) -> None:
    assert actor(user, agent).component == component


def test_a_kubelet_has_a_node() -> None:
    assert actor("system:node:worker-1", "kubelet/v1.36.2") == Actor("kubelet", "worker-1")
    assert actor("alice", "kubelet/v1.36.2").node is None


def test_the_last_rule_matches_everyone() -> None:
    assert (RULES[-1].user, RULES[-1].agent) == ("", "")
