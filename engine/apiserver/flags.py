"""The flags of kube-apiserver that decide what it makes of writes.

    flags_of({"default-not-ready-toleration-seconds": "30"}).options.not_ready_seconds == 30

Source: pkg/controlplane/apiserver/options, pkg/kubeapiserver/options/admission.go,
plugin/pkg/admission/defaulttolerationseconds/admission.go, v1.36.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_network

from engine.apiserver.admission.options import Options
from engine.apiserver.verbs.ranges import Ranges
from engine.errors import KubeRewindError

NOT_READY = "default-not-ready-toleration-seconds"
UNREACHABLE = "default-unreachable-toleration-seconds"
SERVICE_RANGE = "service-cluster-ip-range"
NODE_PORTS = "service-node-port-range"
ENABLED = "enable-admission-plugins"
DISABLED = "disable-admission-plugins"
PORT_MAX = 65535
KNOWN = (NOT_READY, UNREACHABLE, SERVICE_RANGE, NODE_PORTS, ENABLED, DISABLED)


class FlagError(KubeRewindError):
    """A flag that decides nothing here, or a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Flags:
    """What the flags say. `ranges` are those of Services."""

    options: Options = field(default_factory=Options)
    ranges: Ranges = field(default_factory=Ranges)


def flags_of(given: Mapping[str, str]) -> Flags:
    """The flags by their names, without the dashes; the others have Kubernetes' defaults."""
    flags = Flags()
    for name, value in given.items():
        flags = _with(flags, name, value)
    return flags


def _with(flags: Flags, name: str, value: str) -> Flags:
    options = flags.options
    if name == NOT_READY:
        return replace(flags, options=replace(options, not_ready_seconds=_seconds(name, value)))
    if name == UNREACHABLE:
        return replace(flags, options=replace(options, unreachable_seconds=_seconds(name, value)))
    if name == SERVICE_RANGE:
        addresses = tuple(_range(part.strip()) for part in value.split(","))
        return replace(flags, ranges=replace(flags.ranges, addresses=addresses))
    if name == NODE_PORTS:
        return replace(flags, ranges=replace(flags.ranges, ports=_ports(value)))
    plugins = tuple(part for part in value.split(",") if part)
    if name == ENABLED:
        return replace(flags, options=replace(options, enabled=plugins))
    if name == DISABLED:
        return replace(flags, options=replace(options, disabled=plugins))
    raise FlagError(f"{name!r} is no flag that decides anything here; known are {', '.join(KNOWN)}")


def _seconds(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise FlagError(f"{name} is a number of seconds, not {value!r}")
    return int(value)


def _range(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise FlagError(f"{SERVICE_RANGE} is a range such as 10.96.0.0/16, not {text!r}") from None


def _ports(text: str) -> tuple[int, int]:
    """`30000-32767`, `30000+2767` or one port (apimachinery pkg/util/net/port_range.go)."""
    found = re.fullmatch(r"([0-9]{1,5})(?:([-+])([0-9]{1,5}))?", text.strip())
    first, sign, other = found.groups() if found else ("1", "-", "0")
    last = int(first) + int(other) if sign == "+" else int(other or first)
    if not int(first) <= last <= PORT_MAX:
        raise FlagError(f"{NODE_PORTS} is a range such as 30000-32767, not {text!r}")
    return int(first), last
