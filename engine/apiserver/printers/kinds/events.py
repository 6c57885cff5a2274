"""Events, which core/v1 and events.k8s.io/v1 show of one store under two sets of field names.

printEvent of pkg/printers/internalversion/printers.go, v1.36; the names are those of
pkg/apis/events/v1/conversion.go.
"""

from datetime import datetime
from typing import Any

from engine.apiserver.printers.ages import UNKNOWN, instant, since
from engine.apiserver.printers.contract import Cell, Column, Object, Printer, wide
from engine.apiserver.printers.fields import dig, integer, mapping, name, text

# What strings.TrimSpace takes away (unicode.IsSpace of Go); str.strip would take U+001C..1F too.
GO_WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def _either(event: Object, core: str, new: str) -> Any:
    """The field under its name in core/v1, or else in events.k8s.io/v1."""
    value = event.get(core)
    return event.get(new) if value is None else value


def _cells(event: Object, now: datetime) -> tuple[Cell, ...]:
    first = since(instant(_either(event, "firstTimestamp", "deprecatedFirstTimestamp")), now)
    if first == UNKNOWN:
        first = since(instant(event.get("eventTime")), now)
    last = since(instant(_either(event, "lastTimestamp", "deprecatedLastTimestamp")), now)
    if last == UNKNOWN:
        last = first
    # Events of the new form that happened once have no count.
    count = integer(_either(event, "count", "deprecatedCount")) or 1
    series = event.get("series")
    if series is not None:
        last = since(instant(dig(series, "lastObservedTime")), now)
        count = integer(series, "count")
    target = _either(event, "involvedObject", "regarding")
    return (
        last,
        text(event, "type"),
        text(event, "reason"),
        _target(target),
        text(target, "fieldPath"),
        _source(event),
        text(_either(event, "message", "note")).strip(GO_WHITE_SPACE),
        first,
        count,
        name(event),
    )


def _target(target: Any) -> str:
    kind = text(target, "kind").lower()
    return f"{kind}/{text(target, 'name')}" if text(target, "name") else kind


def _source(event: Object) -> str:
    """`kubelet, node-1`: component and host, or reporting controller and instance."""
    source = mapping(_either(event, "source", "deprecatedSource"))
    reporting = _either(event, "reportingComponent", "reportingController")
    component = text(source, "component") or text(reporting)
    host = text(source, "host") or text(event, "reportingInstance")
    return f"{component}, {host}" if host else component


COLUMNS = (
    Column("Last Seen"),
    Column("Type"),
    Column("Reason"),
    Column("Object"),
    wide("Subobject"),
    wide("Source"),
    Column("Message"),
    wide("First Seen"),
    wide("Count"),
    Column("Name", format="name", priority=1),
)
PRINTERS = (
    Printer("", "Event", COLUMNS, _cells),
    Printer("events.k8s.io", "Event", COLUMNS, _cells),
)
