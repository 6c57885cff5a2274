"""What a cluster was set to and its log does not tell: kept in the trace, used by each derivation.

TRACE/<cluster>/settings.json    only there once something differs from Kubernetes' defaults
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from engine.apiserver.flags import flags_of
from ingest.errors import KubeRewindError
from ingest.log.durable import write_atomically
from ingest.log.times import duration

SETTINGS = "settings.json"

EVENT_TTL_S = 3600
"""pkg/controlplane/apiserver/options/options.go, EventTTL (v1.36)."""

_SECOND_US = 1_000_000


class SettingsError(KubeRewindError):
    """A setting that is none, or a damaged file of settings."""


def resource_of(text: str) -> tuple[str, str]:
    """Group and resource as the API server's `--etcd-servers-overrides` spells them: `/events`.

    `events`, `apps/deployments` and `deployments.apps` will do too. Raises SettingsError.
    """
    group, slash, resource = text.rpartition("/")
    if not slash:
        resource, _, group = text.partition(".")
    if not resource or "/" in group:
        raise SettingsError(f"{text!r} is no resource for --separate-store: write events")
    return group, resource


@dataclass(frozen=True, slots=True)
class Settings:
    """`event_ttl_s` is how many seconds Events are kept after their last write, 0 for ever.

    `separate_stores` are the resources that have an etcd of their own, as `resource_of` reads them;
    `apiserver_flags` are flags of kube-apiserver, `name=value`.
    """

    event_ttl_s: int = EVENT_TTL_S
    separate_stores: tuple[str, ...] = ()
    apiserver_flags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The settings in one line, always the same one for the same settings."""
        return json.dumps(asdict(self), sort_keys=True)

    def with_event_ttl(self, text: str | None) -> Settings:
        """The same with another `--event-ttl`, a duration of Go; None leaves it as it is.

        Whole seconds count, as in the API server. Raises SettingsError.
        """
        if text is None:
            return self
        microseconds = 0 if text == "0" else duration(text)
        if microseconds is None:
            raise SettingsError(f"{text!r} is no duration for --event-ttl: write 1h, 90m, 24h or 0")
        return replace(self, event_ttl_s=microseconds // _SECOND_US)

    def with_separate_stores(self, resources: Sequence[str] | None) -> Settings:
        """The same with the resources of `--separate-store`; None leaves them as they are.

        An empty text is no resource, so that alone it takes all back. Raises SettingsError.
        """
        if resources is None:
            return self
        spelled = {"/".join(resource_of(text)) for text in resources if text}
        return replace(self, separate_stores=tuple(sorted(spelled)))

    def with_apiserver_flags(self, flags: Sequence[str] | None) -> Settings:
        """The same with the flags of `--apiserver-flag`; None leaves them as they are.

        An empty text is no flag, so that alone it takes all back. Raises FlagError.
        """
        if flags is None:
            return self
        named = dict(named_flag(text) for text in flags if text)
        flags_of(named)
        spelled = (f"{name}={value}" for name, value in named.items())
        return replace(self, apiserver_flags=tuple(sorted(spelled)))

    @property
    def flags(self) -> dict[str, str]:
        """The flags of kube-apiserver by name."""
        return dict(named_flag(text) for text in self.apiserver_flags)


def named_flag(text: str) -> tuple[str, str]:
    """Name and value of a flag, with its dashes or without. Raises SettingsError."""
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(f"{text!r} is no --apiserver-flag: write name=value")
    return name.lstrip("-"), value


def load(folder: Path) -> Settings:
    """The settings of a cluster's folder. Raises SettingsError if they are damaged."""
    path = folder / SETTINGS
    try:
        found = json.loads(path.read_bytes())
        ttl, separate = found["event_ttl_s"], found.get("separate_stores", [])
        flags = found.get("apiserver_flags", [])
        texts = all(isinstance(text, str) for text in (*separate, *flags))
        if not isinstance(ttl, int) or ttl < 0 or not texts:
            raise ValueError
    except FileNotFoundError:
        return Settings()
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            f"{path} is damaged: remove it, and give --event-ttl and --separate-store to "
            "`kuberewind rebuild` again if they were given before"
        ) from None
    return Settings(ttl, tuple(separate), tuple(flags))


def save(folder: Path, settings: Settings) -> None:
    """Keep settings in a cluster's folder; nothing is written if they are what is kept already."""
    if settings != load(folder):
        write_atomically(folder / SETTINGS, settings.text.encode() + b"\n")
