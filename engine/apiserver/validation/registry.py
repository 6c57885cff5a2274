"""Which rules hold for which kind: a plain table, each file of kinds adds its own."""

from collections.abc import Mapping

from engine.apiserver.validation.contract import Rules
from engine.apiserver.validation.definitions.definition import KINDS as DEFINITIONS
from engine.apiserver.validation.kinds_of_cluster import KINDS as CLUSTER
from engine.apiserver.validation.kinds_of_core import KINDS as CORE
from engine.apiserver.validation.kinds_of_networking import KINDS as NETWORKING
from engine.apiserver.validation.kinds_of_storage import KINDS as STORAGE
from engine.apiserver.validation.kinds_of_workloads import KINDS as WORKLOADS

_KINDS: tuple[Mapping[tuple[str, str], Rules], ...] = (
    CORE,
    DEFINITIONS,
    WORKLOADS,
    NETWORKING,
    STORAGE,
    CLUSTER,
)

RULES: Mapping[tuple[str, str], Rules] = {
    kind: rules for kinds in _KINDS for kind, rules in kinds.items()
}
"""(apiVersion, kind) -> its rules."""
