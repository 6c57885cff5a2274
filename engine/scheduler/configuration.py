"""Profiles of a KubeSchedulerConfiguration (v1): which plugins run where.

After pkg/scheduler/apis/config/v1/default_plugins.go (how a profile changes the default one) and
expandMultiPointPlugins in pkg/scheduler/framework/runtime/framework.go (v1.36).
"""

from collections.abc import Mapping, Sequence

from engine.scheduler.arguments import ConfigurationError
from engine.scheduler.contract import (
    FilterPlugin,
    Plugin,
    PreEnqueuePlugin,
    PreFilterPlugin,
    ScorePlugin,
)
from engine.scheduler.framework import PostFilterPlugin
from engine.scheduler.plugins.registry import MAKERS, PLUGINS
from engine.scheduler.profile import DEFAULT_SCHEDULER_NAME, Profile
from engine.scheduler.reading import Object, integer, mapping, mappings, text

API_VERSION = "kubescheduler.config.k8s.io/v1"
KIND = "KubeSchedulerConfiguration"

# The extension points that are modelled, and what a plugin must be to stand there.
POINTS: Mapping[str, type[Plugin]] = {
    "preEnqueue": PreEnqueuePlugin,
    "preFilter": PreFilterPlugin,
    "filter": FilterPlugin,
    "postFilter": PostFilterPlugin,
    "preScore": ScorePlugin,
    "score": ScorePlugin,
}

# Where nothing that is modelled can be changed.
_OTHER_POINTS = (
    "queueSort", "reserve", "permit", "preBind", "bind", "postBind",
)  # fmt: skip

Enabled = list[tuple[str, int]]
"""(name, weight)"""

_EVERYTHING = "*"


def default_profile() -> Profile:
    """The profile that kube-scheduler has without a configuration."""
    return _profile({})


def read_profiles(configuration: Object) -> dict[str, Profile]:
    """The profiles by scheduler name, else ConfigurationError."""
    if text(configuration, "apiVersion") != API_VERSION or text(configuration, "kind") != KIND:
        raise ConfigurationError(f"this is no {KIND} of {API_VERSION}")
    if mappings(configuration, "extenders"):
        raise ConfigurationError(
            "extenders are not modelled: what they answer is not in the configuration"
        )
    profiles = [_profile(each) for each in mappings(configuration, "profiles") or [{}]]
    found = {profile.scheduler_name: profile for profile in profiles}
    if len(found) < len(profiles):
        raise ConfigurationError("two profiles have the same schedulerName")
    return found


def _profile(given: Object) -> Profile:
    sets = mapping(given, "plugins")
    everywhere = _merged([(name, weight) for name, weight, _ in PLUGINS], sets.get("multiPoint"))
    names = dict(everywhere)
    for point in (*POINTS, *_OTHER_POINTS):
        names |= dict(_enabled(sets.get(point)))
    args = _arguments(given)
    made = {name: _made(name, args) for name in names}
    points, weights = {}, {}
    for point, kind in POINTS.items():
        chosen = _at_point(everywhere, sets.get(point), kind, made)
        points[point] = tuple(made[name] for name, _ in chosen)
        if point == "score":
            weights = {name: weight or 1 for name, weight in chosen}
    return Profile(text(given, "schedulerName") or DEFAULT_SCHEDULER_NAME, points, weights)


def _made(name: str, args: Mapping[str, Object]) -> Plugin:
    make = MAKERS.get(name)
    if make is None:
        raise ConfigurationError(f'plugin "{name}" is not modelled')
    return make(args.get(name, {}))


def _arguments(given: Object) -> dict[str, Object]:
    return {text(each, "name"): mapping(each, "args") for each in mappings(given, "pluginConfig")}


def _enabled(plugin_set: object) -> Enabled:
    found = mappings(plugin_set, "enabled")
    return [(text(each, "name"), integer(each, "weight")) for each in found]


def _disabled(plugin_set: object) -> set[str]:
    return {text(each, "name") for each in mappings(plugin_set, "disabled")}


def _merged(defaults: Enabled, plugin_set: object) -> Enabled:
    """The defaults without what is disabled, changed and added to: mergePluginSet."""
    own, disabled = _enabled(plugin_set), _disabled(plugin_set)
    kept: Enabled = []
    if _EVERYTHING not in disabled:
        again = dict(own)
        kept = [(name, again.get(name, w)) for name, w in defaults if name not in disabled]
    known = {name for name, _ in kept}
    return kept + [each for each in own if each[0] not in known]


def _at_point(
    everywhere: Enabled, plugin_set: object, kind: type[Plugin], made: Mapping[str, Plugin]
) -> Sequence[tuple[str, int]]:
    """What runs at a point: what it says itself of plugins, then multiPoint's, then the rest."""
    own, disabled = _enabled(plugin_set), _disabled(plugin_set)
    for name, _ in own:
        if not isinstance(made[name], kind):
            raise ConfigurationError(f'plugin "{name}" does not extend this extension point')
    if _EVERYTHING in disabled:
        return own
    fitting = [
        (name, weight)
        for name, weight in everywhere
        if isinstance(made[name], kind) and name not in disabled
    ]
    general, special = {name for name, _ in fitting}, {name for name, _ in own}
    return [
        *(each for each in own if each[0] in general),
        *(each for each in fitting if each[0] not in special),
        *(each for each in own if each[0] not in general),
    ]
