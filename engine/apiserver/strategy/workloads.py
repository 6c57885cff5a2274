"""Strategies of the kinds that make pods.

Source: pkg/registry/apps/{deployment,replicaset,statefulset,daemonset,controllerrevision}/
strategy.go, pkg/registry/batch/{job,cronjob}/strategy.go, pkg/registry/core/{replicationcontroller,
podtemplate}/strategy.go, pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go,
pkg/registry/policy/poddisruptionbudget/strategy.go, v1.36.
"""

from __future__ import annotations

from dataclasses import replace

from engine.apiserver.strategy.contract import Object, Strategy
from engine.apiserver.strategy.generic import (
    annotations_or_spec_changed,
    declared,
    fields_changed,
    grow,
    spec_changed,
    take,
)

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
"""Where apps/v1 shows spec.templateGeneration (pkg/apis/apps/v1/conversion.go)."""

JOB_LABELS = ("job-name", "batch.kubernetes.io/job-name")
UID_LABELS = ("controller-uid", "batch.kubernetes.io/controller-uid")

_DEPLOYMENT = declared(changed=annotations_or_spec_changed, status_keeps=("labels",))
_PLAIN = declared()
_AUTOSCALER = declared(generation=False)
_TEMPLATE = declared(has_status=False, changed=fields_changed("template"))


def _create_daemon_set(obj: Object) -> None:
    _PLAIN.create(obj)
    if not _template_generation(obj):
        _set_template_generation(obj, 1)


def _update_daemon_set(new: Object, old: Object) -> None:
    take(new, old, "status")
    changed = new["spec"].get("template") != old["spec"].get("template")
    _set_template_generation(new, _template_generation(old) + changed)
    if spec_changed(new, old):
        grow(new, old)


def _template_generation(obj: Object) -> int:
    text = (obj["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION)
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else 0


def _set_template_generation(obj: Object, generation: int) -> None:
    annotations = obj["metadata"].get("annotations") or {}
    obj["metadata"]["annotations"] = {**annotations, TEMPLATE_GENERATION: str(generation)}


def _create_job(obj: Object) -> None:
    _PLAIN.create(obj)
    if not obj["spec"].get("manualSelector"):
        select_own_pods(obj)


def select_own_pods(job: Object) -> None:
    """Labels of the template by which a Job finds its pods, and the selector (generateSelector)."""
    metadata, spec = job["metadata"], job["spec"]
    template = spec.setdefault("template", {}).setdefault("metadata", {})
    labels = template["labels"] = dict(template.get("labels") or {})
    for name in JOB_LABELS:
        labels.setdefault(name, metadata.get("name", ""))
    uid = metadata.get("uid")
    if not uid:
        return  # not known yet: neither is the selector
    for name in UID_LABELS:
        labels.setdefault(name, uid)
    selector = spec["selector"] = dict(spec.get("selector") or {})
    match = selector["matchLabels"] = dict(selector.get("matchLabels") or {})
    match.setdefault(UID_LABELS[1], uid)


WORKLOADS: dict[tuple[str, str], Strategy] = {
    ("apps/v1", "Deployment"): _DEPLOYMENT,
    ("apps/v1", "ReplicaSet"): _PLAIN,
    ("apps/v1", "StatefulSet"): _PLAIN,
    ("apps/v1", "DaemonSet"): replace(_PLAIN, create=_create_daemon_set, update=_update_daemon_set),
    ("v1", "ReplicationController"): _PLAIN,
    ("v1", "PodTemplate"): _TEMPLATE,
    ("batch/v1", "Job"): replace(_PLAIN, create=_create_job),
    ("batch/v1", "CronJob"): _PLAIN,
    ("autoscaling/v1", "HorizontalPodAutoscaler"): _AUTOSCALER,
    ("autoscaling/v2", "HorizontalPodAutoscaler"): _AUTOSCALER,
    ("policy/v1", "PodDisruptionBudget"): _PLAIN,
}
