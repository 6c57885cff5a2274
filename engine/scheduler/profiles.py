"""Profiles of a KubeSchedulerConfiguration (v1): which plugins run where.

After pkg/scheduler/apis/config/v1/default_plugins.go (how a profile changes the default one),
NewFramework and expandMultiPointPlugins in pkg/scheduler/framework/runtime/framework.go (v1.36).
"""

from collections.abc import Mapping, Sequence

from engine.scheduler.contract import (
    MAX_NODE_SCORE,
    BindPlugin,
    FilterPlugin,
    PermitPlugin,
    Plugin,
    PreBindPlugin,
    PreEnqueuePlugin,
    PreFilterPlugin,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
)
from engine.scheduler.framework import PostFilterPlugin
from engine.scheduler.plugins.registry import MAKERS, PLUGINS
from engine.scheduler.pod_info import DEFAULT_SCHEDULER_NAME
from engine.scheduler.profile import Profile
from engine.scheduler.reading import Object, integer, mapping, mappings, text
from engine.scheduler.strict import (
    PLUGIN,
    PLUGIN_CONFIG,
    PLUGIN_SET,
    ConfigurationError,
    check_arguments,
    refuse_unknown,
)

# The extension points, and what a plugin must be to stand there.
POINTS: Mapping[str, type[Plugin]] = {
    "preEnqueue": PreEnqueuePlugin,
    "queueSort": QueueSortPlugin,
    "preFilter": PreFilterPlugin,
    "filter": FilterPlugin,
    "postFilter": PostFilterPlugin,
    "preScore": ScorePlugin,
    "score": ScorePlugin,
    "reserve": ReservePlugin,
    "permit": PermitPlugin,
    "preBind": PreBindPlugin,
    "bind": BindPlugin,
}

# Where no plugin that is modelled can stand.
_OTHER_POINTS = ("postBind", "placementGenerate", "placementScore")
_EVERY_POINT = "multiPoint"
_ALL_POINTS = (*POINTS, *_OTHER_POINTS, _EVERY_POINT)

# MaxTotalScore: staging/src/k8s.io/kube-scheduler/framework/interface.go (v1.36).
_MAX_TOTAL_SCORE = (1 << 63) - 1

Enabled = list[tuple[str, int]]
"""(name, weight)"""

_EVERYTHING = "*"


def default_profile() -> Profile:
    """The profile that kube-scheduler has without a configuration."""
    return read_profile({}, DEFAULT_SCHEDULER_NAME, None, "profiles[0]")


def read_profile(given: Object, name: str, percentage: int | None, path: str) -> Profile:
    """One profile, else ConfigurationError, which names the path."""
    sets = mapping(given, "plugins")
    _check_sets(sets, f"{path}.plugins")
    everywhere = _merged([(name, weight) for name, weight, _ in PLUGINS], sets.get(_EVERY_POINT))
    _refuse_repeated(everywhere, _EVERY_POINT)
    names = dict(everywhere)
    for point in (*POINTS, *_OTHER_POINTS):
        names |= dict(_enabled(sets.get(point)))
    args = _arguments(given, path)
    made = {each: _made(each, args) for each in names}
    for point in _OTHER_POINTS:
        _refuse_foreign(_enabled(sets.get(point)), None, made)
    points, weights = {}, {}
    for point, kind in POINTS.items():
        chosen = _at_point(everywhere, sets.get(point), kind, made)
        _refuse_repeated(chosen, point)
        points[point] = tuple(made[each] for each, _ in chosen)
        if point == "score":
            weights = {each: weight or 1 for each, weight in chosen}
    _check_counts(points, weights, name)
    return Profile(name, points, weights, percentage)


def _check_sets(sets: Object, path: str) -> None:
    """Refuse fields that there are not."""
    refuse_unknown(sets, _ALL_POINTS, path)
    for point in sets:
        plugin_set = mapping(sets, point)
        refuse_unknown(plugin_set, PLUGIN_SET, f"{path}.{point}")
        for field in PLUGIN_SET & plugin_set.keys():
            for index, each in enumerate(mappings(plugin_set, field)):
                refuse_unknown(each, PLUGIN, f"{path}.{point}.{field}[{index}]")


def _check_counts(
    points: Mapping[str, Sequence[Plugin]], weights: Mapping[str, int], name: str
) -> None:
    """What every framework must have."""
    sorts = len(points["queueSort"])
    if sorts != 1:
        raise ConfigurationError(
            "only one queue sort plugin required for profile with scheduler name "
            f'"{name}", but got {sorts}'
        )
    if not points["bind"]:
        raise ConfigurationError(
            f'at least one bind plugin is needed for profile with scheduler name "{name}"'
        )
    if sum(weights.values()) * MAX_NODE_SCORE > _MAX_TOTAL_SCORE:
        raise ConfigurationError("total score of Score plugins could overflow")


def _made(name: str, args: Mapping[str, Object]) -> Plugin:
    make = MAKERS.get(name)
    if make is None:
        raise ConfigurationError(f'plugin "{name}" is not modelled')
    return make(args.get(name, {}))


def _arguments(given: Object, path: str) -> dict[str, Object]:
    found: dict[str, Object] = {}
    for index, each in enumerate(mappings(given, "pluginConfig")):
        where = f"{path}.pluginConfig[{index}]"
        refuse_unknown(each, PLUGIN_CONFIG, where)
        name = text(each, "name")
        if name in found:
            raise ConfigurationError(f'{where}: Duplicate value: "{name}"')
        found[name] = mapping(each, "args")
        check_arguments(name, found[name], f"{where}.args")
    return found


def _enabled(plugin_set: object) -> Enabled:
    found = mappings(plugin_set, "enabled")
    return [(text(each, "name"), integer(each, "weight")) for each in found]


def _disabled(plugin_set: object) -> set[str]:
    return {text(each, "name") for each in mappings(plugin_set, "disabled")}


def _refuse_repeated(plugins: Enabled, point: str) -> None:
    names = [name for name, _ in plugins]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f'plugin "{name}" already registered as "{point}"')


def _refuse_foreign(
    plugins: Enabled, kind: type[Plugin] | None, made: Mapping[str, Plugin]
) -> None:
    for name, _ in plugins:
        if kind is None or not isinstance(made[name], kind):
            raise ConfigurationError(f'plugin "{name}" does not extend this extension point')


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
) -> Enabled:
    """What runs at a point: what it says itself of plugins, then multiPoint's, then the rest."""
    own, disabled = _enabled(plugin_set), _disabled(plugin_set)
    _refuse_foreign(own, kind, made)
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
