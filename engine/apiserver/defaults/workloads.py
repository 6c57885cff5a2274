"""Defaults of workloads: the groups apps and batch.

Source: pkg/apis/apps/v1/defaults.go and pkg/apis/batch/v1/defaults.go (v1.36).
"""

from engine.apiserver.defaults.contract import Defaults, Object

BACKOFF_LIMIT = 6
INT32_MAX = (1 << 31) - 1
REVISION_HISTORY_LIMIT = 10
PROGRESS_DEADLINE_SECONDS = 600


def deployment(obj: Object) -> None:
    """SetDefaults_Deployment."""
    spec = obj["spec"]
    spec.setdefault("replicas", 1)
    strategy = spec["strategy"]
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", REVISION_HISTORY_LIMIT)
    spec.setdefault("progressDeadlineSeconds", PROGRESS_DEADLINE_SECONDS)


def daemon_set(obj: Object) -> None:
    """SetDefaults_DaemonSet."""
    strategy = obj["spec"]["updateStrategy"]
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    obj["spec"].setdefault("revisionHistoryLimit", REVISION_HISTORY_LIMIT)


def stateful_set(obj: Object) -> None:
    """SetDefaults_StatefulSet. A strategy that is named gets no rollingUpdate of its own."""
    spec = obj["spec"]
    spec.setdefault("podManagementPolicy", "OrderedReady")
    strategy = spec["updateStrategy"]
    if "type" not in strategy:
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"].setdefault("partition", 0)
    retention = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    retention.setdefault("whenDeleted", "Retain")
    retention.setdefault("whenScaled", "Retain")
    spec.setdefault("replicas", 1)
    spec.setdefault("revisionHistoryLimit", REVISION_HISTORY_LIMIT)


def replica_set(obj: Object) -> None:
    """SetDefaults_ReplicaSet."""
    obj["spec"].setdefault("replicas", 1)


def job(obj: Object) -> None:
    """SetDefaults_Job: without parallelism and completions it runs one pod once."""
    spec = obj["spec"]
    if "parallelism" not in spec:
        spec["parallelism"] = 1
        spec.setdefault("completions", 1)
    if "backoffLimit" not in spec:
        spec["backoffLimit"] = INT32_MAX if "backoffLimitPerIndex" in spec else BACKOFF_LIMIT
    labels = spec["template"]["metadata"].get("labels")
    if labels:
        obj["metadata"].setdefault("labels", dict(labels))
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    failed_only = "podFailurePolicy" in spec
    spec.setdefault("podReplacementPolicy", "Failed" if failed_only else "TerminatingOrFailed")
    spec.setdefault("manualSelector", False)


def pod_condition_pattern(pattern: Object) -> None:
    """SetDefaults_PodFailurePolicyOnPodConditionsPattern."""
    pattern["status"] = pattern.get("status") or "True"


def cron_job(obj: Object) -> None:
    """SetDefaults_CronJob."""
    spec = obj["spec"]
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)


APPS: Defaults = {
    "Deployment": deployment,
    "DaemonSet": daemon_set,
    "StatefulSet": stateful_set,
    "ReplicaSet": replica_set,
}

BATCH: Defaults = {
    "Job": job,
    "PodFailurePolicyOnPodConditionsPattern": pod_condition_pattern,
    "CronJob": cron_job,
}
