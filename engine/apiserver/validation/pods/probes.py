"""Probes, and what is called after the start and before the stop of a container.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.apiserver.validation.field import (
    NOT_NEGATIVE,
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.names import is_http_header_name, is_port_name, is_port_number

_SIGNAL_NAMES = (
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL",
    "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP",
    "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
    *(f"RTMIN+{number}" for number in range(1, 16)),
    *(f"RTMAX-{number}" for number in range(1, 15)),
)  # fmt: skip
_SIGNALS = tuple(sorted(f"SIG{name}" for name in _SIGNAL_NAMES))
_SIGNALS_OF = {"linux": _SIGNALS, "windows": ("SIGKILL", "SIGTERM")}

_COUNTS = (
    "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold",
    "failureThreshold",
)  # fmt: skip
_GRACE = "terminationGracePeriodSeconds"


def validate_probes(
    container: Mapping[str, Any], grace: int | None, path: Path
) -> list[FieldError]:
    """The three probes of a container."""
    errors: list[FieldError] = []
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe, probe_path = container.get(name), path.child(name)
        if probe is None:
            continue
        errors += _validate_probe(probe, grace, probe_path)
        if name == "readinessProbe":
            if probe.get(_GRACE) is not None:
                explanation = "must not be set for readinessProbes"
                errors.append(invalid(probe_path.child(_GRACE), probe[_GRACE], explanation))
        elif (threshold := probe.get("successThreshold", 0)) != 1:
            errors.append(invalid(probe_path.child("successThreshold"), threshold, "must be 1"))
    return errors


def _validate_probe(probe: Mapping[str, Any], grace: int | None, path: Path) -> list[FieldError]:
    handlers = ("exec", "httpGet", "tcpSocket", "grpc")
    errors = _validate_handler(probe, handlers, grace, path)
    for name in _COUNTS:
        if (count := probe.get(name, 0)) < 0:
            errors.append(invalid(path.child(name), count, NOT_NEGATIVE))
    own_grace = probe.get(_GRACE)
    if own_grace is not None and own_grace <= 0:
        errors.append(invalid(path.child(_GRACE), own_grace, "must be greater than 0"))
    return errors


def validate_lifecycle(
    lifecycle: Mapping[str, Any], grace: int | None, os: Mapping[str, Any] | None, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    handlers = ("exec", "httpGet", "tcpSocket", "sleep")
    for name in ("postStart", "preStop"):
        if (handler := lifecycle.get(name)) is not None:
            errors += _validate_handler(handler, handlers, grace, path.child(name))
    if (signal := lifecycle.get("stopSignal")) is not None:
        errors += _validate_stop_signal(signal, os, path.child("stopSignal"))
    return errors


def _validate_stop_signal(
    signal: str, os: Mapping[str, Any] | None, path: Path
) -> list[FieldError]:
    if os is None:
        explanation = "may not be set for containers with empty `spec.os.name`"
        return [forbidden(path, explanation)]
    known = _SIGNALS_OF.get(os.get("name", ""))
    return [not_supported(path, signal, known)] if known and signal not in known else []


def _validate_handler(
    handler: Mapping[str, Any], kinds: tuple[str, ...], grace: int | None, path: Path
) -> list[FieldError]:
    given = [kind for kind in kinds if handler.get(kind) is not None]
    if not given:
        return [required(path, "must specify a handler type")]
    first, *others = given
    if first == "sleep":
        errors = _validate_sleep(handler[first], grace, path.child(first))
    else:
        errors = _HANDLERS[first](handler[first], path.child(first))
    explanation = "may not specify more than 1 handler type"
    return errors + [forbidden(path.child(kind), explanation) for kind in others]


def _validate_exec(action: Mapping[str, Any], path: Path) -> list[FieldError]:
    return [] if action.get("command") else [required(path.child("command"))]


def _validate_http_get(action: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if not action.get("path"):
        errors.append(required(path.child("path")))
    errors += validate_port_number_or_name(action.get("port", 0), path.child("port"))
    scheme = action.get("scheme", "")
    if scheme not in ("HTTP", "HTTPS"):
        errors.append(not_supported(path.child("scheme"), scheme, ("HTTP", "HTTPS")))
    for header in action.get("httpHeaders") or ():
        name = header.get("name", "")
        errors += each(path.child("httpHeaders"), name, is_http_header_name(name))
    return errors


def _validate_port(action: Mapping[str, Any], path: Path) -> list[FieldError]:
    return validate_port_number_or_name(action.get("port", 0), path.child("port"))


def _validate_sleep(action: Mapping[str, Any], grace: int | None, path: Path) -> list[FieldError]:
    seconds = action.get("seconds", 0)
    if grace is None or 0 <= seconds <= grace:
        return []
    explanation = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
    return [invalid(path, seconds, explanation)]


def validate_port_number_or_name(port: int | str, path: Path) -> list[FieldError]:
    problems = is_port_name(port) if isinstance(port, str) else is_port_number(port)
    return each(path, port, problems)


_HANDLERS: dict[str, Callable[[Mapping[str, Any], Path], list[FieldError]]] = {
    "exec": _validate_exec,
    "httpGet": _validate_http_get,
    "tcpSocket": _validate_port,
    "grpc": _validate_port,
}
