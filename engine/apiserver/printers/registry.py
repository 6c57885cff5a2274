"""Who prints what: every printer, and the way from a kind to its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.printers.contract import Printer
from engine.apiserver.printers.custom import custom_printer
from engine.apiserver.printers.kinds import (
    access,
    apps,
    autoscaling,
    batch,
    cluster,
    core,
    default,
    events,
    networking,
    nodes,
    pods,
    policy,
    services,
    storage,
)

PRINTERS: tuple[Printer, ...] = (
    *access.PRINTERS,
    *apps.PRINTERS,
    *autoscaling.PRINTERS,
    *batch.PRINTERS,
    *cluster.PRINTERS,
    *core.PRINTERS,
    *default.PRINTERS,
    *events.PRINTERS,
    *networking.PRINTERS,
    *nodes.PRINTERS,
    *pods.PRINTERS,
    *policy.PRINTERS,
    *services.PRINTERS,
    *storage.PRINTERS,
)

_BY_KIND = {(printer.group, printer.kind): printer for printer in PRINTERS}


def printer_for(
    group: str, kind: str, custom_columns: Sequence[Mapping[str, Any]] | None = None
) -> Printer:
    """The printer of a kind, in whatever version it comes.

    `custom_columns` are the `additionalPrinterColumns` of the kind's CustomResourceDefinition, at
    the version that is shown. Without them a kind that is not built in prints its name and age.
    """
    built_in = _BY_KIND.get((group, kind))
    return built_in or custom_printer(group, kind, custom_columns or ())
