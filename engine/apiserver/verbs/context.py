"""What surrounds a write: the cluster, the server's choices, the kind's rules, the plugins."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.apiserver.admission.chain import Chain
from engine.apiserver.verbs.contract import Choices, View
from engine.apiserver.verbs.ranges import Ranges
from engine.apiserver.verbs.rules import Rules


@dataclass(frozen=True, slots=True)
class Context:
    """By what a write is decided. `ranges` are those of Services."""

    view: View
    choices: Choices
    rules: Rules
    chain: Chain
    ranges: Ranges = field(default_factory=Ranges)
