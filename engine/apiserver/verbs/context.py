"""What surrounds a write: the cluster, the server's choices, the kind's rules, the plugins."""

from __future__ import annotations

import msgspec

from engine.apiserver.admission.chain import Chain
from engine.apiserver.verbs.contract import Choices, View
from engine.apiserver.verbs.ranges import Ranges
from engine.apiserver.verbs.rules import Rules


class Context(msgspec.Struct, frozen=True):
    """By what a write is decided. `ranges` are those of Services."""

    view: View
    choices: Choices
    rules: Rules
    chain: Chain
    ranges: Ranges = msgspec.field(default_factory=Ranges)
