"""What the flags of kube-apiserver decide about admission."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Flags of kube-apiserver v1.36 and their defaults.

    `not_ready_seconds` and `unreachable_seconds` are --default-not-ready-toleration-seconds and
    --default-unreachable-toleration-seconds. `enabled` and `disabled` name plugins, as
    --enable-admission-plugins and --disable-admission-plugins do.
    """

    not_ready_seconds: int = 300
    unreachable_seconds: int = 300
    enabled: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
