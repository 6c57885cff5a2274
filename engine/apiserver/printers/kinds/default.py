"""Kinds without a printer of their own: name and creation time, which is no age here.

defaultTableConvertor of staging/src/k8s.io/apiserver/pkg/registry/rest/table.go, v1.36.
"""

from datetime import UTC, datetime

from engine.apiserver.printers.ages import GO_ZERO_TIME, instant
from engine.apiserver.printers.contract import CREATED_AT, NAME, Cell, Object, Printer
from engine.apiserver.printers.fields import dig, name


def _cells(value: Object, now: datetime) -> tuple[Cell, ...]:
    created = instant(dig(value, "metadata", "creationTimestamp")) or GO_ZERO_TIME
    return name(value), created.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


KINDS = (
    ("", "LimitRange"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "Role"),
    ("storage.k8s.io", "CSIStorageCapacity"),
)
PRINTERS = tuple(Printer(group, kind, (NAME, CREATED_AT), _cells) for group, kind in KINDS)
