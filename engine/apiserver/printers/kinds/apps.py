"""Workloads that keep pods running: pkg/printers/internalversion/printers.go, v1.36."""

from datetime import datetime
from typing import Any

from engine.apiserver.printers.ages import age
from engine.apiserver.printers.containers import container_cells
from engine.apiserver.printers.contract import (
    AGE,
    NAME,
    WORKLOAD,
    Cell,
    Column,
    Object,
    Printer,
    count,
    wide,
)
from engine.apiserver.printers.fields import flag, integer, mapping, maps, name, text
from engine.apiserver.printers.labels import format_labels, format_selector, selector_string
from engine.model.selector import SelectorError

TEMPLATE_SPEC = ("spec", "template", "spec")


def _deployment(deployment: Object, now: datetime) -> tuple[Cell, ...]:
    status = mapping(deployment, "status")
    return (
        name(deployment),
        f"{integer(status, 'readyReplicas')}/{integer(deployment, 'spec', 'replicas')}",
        integer(status, "updatedReplicas"),
        integer(status, "availableReplicas"),
        age(deployment, now),
        *container_cells(deployment, *TEMPLATE_SPEC),
        _deployment_selector(mapping(deployment, "spec").get("selector")),
    )


def _deployment_selector(selector: Any) -> str:
    # Unlike the other kinds, Deployments print an empty selector as nothing.
    try:
        return selector_string(selector)
    except SelectorError:
        return "<invalid>"


def _replicas(value: Object, now: datetime, selector: str) -> tuple[Cell, ...]:
    return (
        name(value),
        integer(value, "spec", "replicas"),
        integer(value, "status", "replicas"),
        integer(value, "status", "readyReplicas"),
        age(value, now),
        *container_cells(value, *TEMPLATE_SPEC),
        selector,
    )


def _replica_set(replica_set: Object, now: datetime) -> tuple[Cell, ...]:
    return _replicas(replica_set, now, format_selector(mapping(replica_set, "spec", "selector")))


def _replication_controller(controller: Object, now: datetime) -> tuple[Cell, ...]:
    return _replicas(controller, now, format_labels(mapping(controller, "spec", "selector")))


def _stateful_set(stateful_set: Object, now: datetime) -> tuple[Cell, ...]:
    ready = integer(stateful_set, "status", "readyReplicas")
    return (
        name(stateful_set),
        f"{ready}/{integer(stateful_set, 'spec', 'replicas')}",
        age(stateful_set, now),
        *container_cells(stateful_set, *TEMPLATE_SPEC),
    )


def _daemon_set(daemon_set: Object, now: datetime) -> tuple[Cell, ...]:
    status = mapping(daemon_set, "status")
    return (
        name(daemon_set),
        integer(status, "desiredNumberScheduled"),
        integer(status, "currentNumberScheduled"),
        integer(status, "numberReady"),
        integer(status, "updatedNumberScheduled"),
        integer(status, "numberAvailable"),
        format_labels(mapping(daemon_set, *TEMPLATE_SPEC, "nodeSelector")),
        age(daemon_set, now),
        *container_cells(daemon_set, *TEMPLATE_SPEC),
        format_selector(mapping(daemon_set, "spec", "selector")),
    )


def _controller_revision(revision: Object, now: datetime) -> tuple[Cell, ...]:
    return name(revision), _controller(revision), integer(revision, "revision"), age(revision, now)


def _controller(value: Object) -> str:
    """`statefulset.apps/web`, of the owner that is the controller."""
    for owner in maps(value, "metadata", "ownerReferences"):
        if flag(owner, "controller"):
            group, slash, _ = text(owner, "apiVersion").rpartition("/")
            kind = text(owner, "kind") + (f".{group}" if slash else "")
            return f"{kind.lower()}/{text(owner, 'name')}"
    return "<none>"


DESIRED = (count("Desired"), count("Current"), count("Ready"))
PRINTERS = (
    Printer(
        "apps",
        "Deployment",
        (NAME, Column("Ready"), Column("Up-to-date"), Column("Available"), AGE, *WORKLOAD),
        _deployment,
    ),
    Printer("apps", "ReplicaSet", (NAME, *DESIRED, AGE, *WORKLOAD), _replica_set),
    Printer("", "ReplicationController", (NAME, *DESIRED, AGE, *WORKLOAD), _replication_controller),
    Printer(
        "apps",
        "StatefulSet",
        (NAME, Column("Ready"), AGE, wide("Containers"), wide("Images")),
        _stateful_set,
    ),
    Printer(
        "apps",
        "DaemonSet",
        (
            NAME,
            *DESIRED,
            count("Up-to-date"),
            count("Available"),
            Column("Node Selector"),
            AGE,
            *WORKLOAD,
        ),
        _daemon_set,
    ),
    Printer(
        "apps",
        "ControllerRevision",
        (NAME, Column("Controller"), Column("Revision"), AGE),
        _controller_revision,
    ),
)
