"""The sections of the report, from top to bottom."""

from __future__ import annotations

from reports.contract import Section
from reports.sections import anomalies, overview, pods, replicas, scheduling, writes

SECTIONS: tuple[Section, ...] = (
    overview.SECTION,
    anomalies.SECTION,
    pods.SECTION,
    replicas.SECTION,
    scheduling.SECTION,
    writes.SECTION,
)
