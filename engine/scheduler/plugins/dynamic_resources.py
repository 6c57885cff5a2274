"""DynamicResources, as far as pods without resource claims go.

pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go (v1.36). It stands in the
profile for its weight and its part of the messages; pods with claims are refused by name before
they come here (PodInfo.not_modelled).
"""

from collections.abc import Mapping
from typing import Any

from engine.scheduler.contract import (
    SKIP,
    SUCCESS,
    FilterPlugin,
    PreFilterPlugin,
    Prepared,
    ScorePlugin,
    Status,
    default_normalize,
    error,
    unschedulable,
)
from engine.scheduler.events import EventWithHint
from engine.scheduler.framework import FailedAttempt, PostFilterPlugin
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo, Snapshot

REASON_NO_CLAIMS = "no new claims to deallocate"
REASON_NO_STATE = "not found"
"""What PostFilter says where a pod was rejected before this plugin's PreFilter."""


class DynamicResources(PreFilterPlugin, FilterPlugin, PostFilterPlugin, ScorePlugin):
    """Says nothing of pods without claims."""

    name = "DynamicResources"

    def events(self) -> tuple[EventWithHint, ...]:
        """None: it rejects no pod that comes here."""
        return ()

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip."""
        return Prepared(SKIP)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success."""
        return SUCCESS

    def post_filter(self, attempt: FailedAttempt) -> tuple[Status, Any]:
        """There are no claims whose devices could be given back."""
        if self.name not in attempt.pre_filtered.ran:
            return error(REASON_NO_STATE), None
        return unschedulable(REASON_NO_CLAIMS), None

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """0: there are no devices to prefer."""
        return 0

    def normalize(self, scores: Mapping[str, int], state: Any) -> dict[str, int]:
        """In relation to the highest."""
        return default_normalize(scores, reverse=False)
