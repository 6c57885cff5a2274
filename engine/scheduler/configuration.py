"""A KubeSchedulerConfiguration (v1): which plugins run where, how long pods wait, what is scored.

After pkg/scheduler/apis/config/v1/defaults.go, pkg/scheduler/apis/config/validation/validation.go,
and load in cmd/kube-scheduler/app/options/configfile.go (v1.36). Profiles are read in
engine/scheduler/profiles.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.model.timestamp import SECOND_NS
from engine.scheduler.pod_info import DEFAULT_SCHEDULER_NAME
from engine.scheduler.profile import Profile
from engine.scheduler.profiles import default_profile, read_profile
from engine.scheduler.queue.backoff import Backoff
from engine.scheduler.reading import Object, at, integer, mapping, mappings, text
from engine.scheduler.strict import CONFIGURATION, PROFILE, ConfigurationError, refuse_unknown

API_VERSION = "kubescheduler.config.k8s.io/v1"
KIND = "KubeSchedulerConfiguration"

# The defaults of podInitialBackoffSeconds, podMaxBackoffSeconds and parallelism.
_INITIAL_BACKOFF_SECONDS, _MAX_BACKOFF_SECONDS, _PARALLELISM = 1, 10, 16


def _default_profiles() -> dict[str, Profile]:
    return {DEFAULT_SCHEDULER_NAME: default_profile()}


@dataclass(frozen=True, slots=True)
class Configuration:
    """What kube-scheduler is told; without an argument, its defaults."""

    profiles: Mapping[str, Profile] = field(default_factory=_default_profiles)
    """By scheduler name."""
    backoff: Backoff = field(default_factory=Backoff)
    percentage_of_nodes_to_score: int = 0
    """0: less, the larger the cluster is."""


def read_configuration(configuration: Object) -> Configuration:
    """A configuration, else ConfigurationError."""
    if text(configuration, "apiVersion") != API_VERSION or text(configuration, "kind") != KIND:
        raise ConfigurationError(f"this is no {KIND} of {API_VERSION}")
    refuse_unknown(configuration, CONFIGURATION, "")
    if mappings(configuration, "extenders"):
        raise ConfigurationError(
            "extenders are not modelled: what they answer is not in the configuration"
        )
    if integer(configuration, "parallelism", default=_PARALLELISM) <= 0:
        raise ConfigurationError("parallelism: should be an integer value greater than zero")
    return Configuration(
        read_profiles(configuration),
        _backoff(configuration),
        percentage(configuration, "percentageOfNodesToScore") or 0,
    )


def read_profiles(configuration: Object) -> dict[str, Profile]:
    """The profiles by scheduler name, else ConfigurationError."""
    given = mappings(configuration, "profiles") or ({},)
    found: dict[str, Profile] = {}
    for index, each in enumerate(given):
        path = f"profiles[{index}]"
        refuse_unknown(each, PROFILE, path)
        name = text(each, "schedulerName")
        # Only a profile that stands alone gets a name by default.
        if len(given) == 1 and at(each, "schedulerName") is None:
            name = DEFAULT_SCHEDULER_NAME
        if not name:
            raise ConfigurationError(f"{path}.schedulerName: Required value")
        if name in found:
            raise ConfigurationError(f"{path}.schedulerName: two profiles have the same: {name!r}")
        share = percentage(each, f"{path}.percentageOfNodesToScore")
        found[name] = read_profile(each, name, share, path)
    _check_queue_sort(given)
    return found


def percentage(obj: Object, path: str) -> int | None:
    """The percentageOfNodesToScore of a profile or of all, None if it is not given."""
    if at(obj, "percentageOfNodesToScore") is None:
        return None
    found = integer(obj, "percentageOfNodesToScore")
    if not 0 <= found <= 100:
        raise ConfigurationError(f"{path}: Invalid value: {found}: not in valid range [0-100]")
    return found


def _backoff(configuration: Object) -> Backoff:
    name_initial, name_max = "podInitialBackoffSeconds", "podMaxBackoffSeconds"
    initial = integer(configuration, name_initial, default=_INITIAL_BACKOFF_SECONDS)
    longest = integer(configuration, name_max, default=_MAX_BACKOFF_SECONDS)
    if initial <= 0:
        raise ConfigurationError(
            f"{name_initial}: Invalid value: {initial}: must be greater than 0"
        )
    if longest < initial:
        raise ConfigurationError(
            f"{name_max}: Invalid value: {longest}: must be greater than or equal to "
            "PodInitialBackoffSeconds"
        )
    return Backoff(initial * SECOND_NS, longest * SECOND_NS)


def _check_queue_sort(profiles: Sequence[Object]) -> None:
    """One queue serves all profiles: validateCommonQueueSort."""
    sets = [mapping(each, "plugins", "queueSort") for each in profiles]
    told = [[list(mappings(s, "enabled")), list(mappings(s, "disabled"))] for s in sets]
    for index, each in enumerate(told):
        if each != told[0]:
            raise ConfigurationError(
                f"profiles[{index}].plugins.queueSort: must be the same for all profiles"
            )
