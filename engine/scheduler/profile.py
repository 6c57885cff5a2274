"""A profile: which plugins run at which extension point, in which order, with which weight."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.scheduler.contract import Plugin


@dataclass(frozen=True, slots=True)
class Profile:
    """The plugins of one scheduler name, ready to run."""

    scheduler_name: str
    points: Mapping[str, tuple[Plugin, ...]]
    """By extension point, as a KubeSchedulerConfiguration spells it (`preFilter`)."""
    weights: Mapping[str, int]
    percentage_of_nodes_to_score: int | None = None
    """None: as the configuration says for all profiles."""
