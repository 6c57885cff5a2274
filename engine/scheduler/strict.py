"""Which fields a KubeSchedulerConfiguration may have: kube-scheduler reads it strictly.

After staging/src/k8s.io/kube-scheduler/config/v1 and k8s.io/component-base/config/v1alpha1 (v1.36).
What only concerns the process (leader election, its client, profiling) is not looked into.
"""

from collections.abc import Collection

from engine.errors import KubeRewindError
from engine.scheduler.reading import Object

_TYPE = ("apiVersion", "kind")

CONFIGURATION = frozenset(
    (
        *_TYPE,
        "clientConnection",
        "delayCacheUntilActive",
        "enableContentionProfiling",
        "enableProfiling",
        "extenders",
        "leaderElection",
        "parallelism",
        "percentageOfNodesToScore",
        "podInitialBackoffSeconds",
        "podMaxBackoffSeconds",
        "profiles",
    )
)
PROFILE = frozenset(("schedulerName", "percentageOfNodesToScore", "plugins", "pluginConfig"))
PLUGIN_SET = frozenset(("enabled", "disabled"))
PLUGIN = frozenset(("name", "weight"))
PLUGIN_CONFIG = frozenset(("name", "args"))

# The fields of each plugin's arguments, beside apiVersion and kind.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "DefaultPreemption": ("minCandidateNodesPercentage", "minCandidateNodesAbsolute"),
    "DynamicResources": ("filterTimeout", "bindingTimeout"),
    "InterPodAffinity": ("hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods"),
    "NodeAffinity": ("addedAffinity",),
    "NodeResourcesBalancedAllocation": ("resources",),
    "NodeResourcesFit": ("ignoredResources", "ignoredResourceGroups", "scoringStrategy"),
    "PodTopologySpread": ("defaultConstraints", "defaultingType"),
    "VolumeBinding": ("bindTimeoutSeconds", "shape"),
}


class ConfigurationError(KubeRewindError):
    """A KubeSchedulerConfiguration that cannot be followed."""


def refuse_unknown(obj: Object, known: Collection[str], path: str) -> None:
    """Raise ConfigurationError for the first field that there is not."""
    for name in obj:
        if name not in known:
            where = f"{path}.{name}" if path else name
            raise ConfigurationError(f'strict decoding error: unknown field "{where}"')


def check_arguments(plugin: str, args: Object, path: str) -> None:
    """The same for a plugin's arguments, which must be of its own kind."""
    fields = ARGUMENTS.get(plugin)
    if fields is None:
        return
    kind = args.get("kind")
    if kind not in (None, f"{plugin}Args"):
        raise ConfigurationError(f"args for plugin {plugin} were not of type {plugin}Args: {kind}")
    refuse_unknown(args, (*_TYPE, *fields), path)
