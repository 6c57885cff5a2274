"""A small cluster, and what the scheduler makes of it."""

from engine.scheduler.cycle import schedule
from engine.scheduler.explanation import explain
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.profiles import default_profile
from engine.scheduler.snapshot import Objects, Snapshot, by_name

DEFAULT = Framework(default_profile())


def snapshot(nodes, pods=(), **objects):
    """`objects`: lists of builders by the fields of Objects."""
    named = {kind: by_name(each.obj for each in found) for kind, found in objects.items()}
    return Snapshot([each.obj for each in nodes], [each.obj for each in pods], Objects(**named))


def decide(pod, nodes, pods=(), framework=DEFAULT, **objects):
    return schedule(framework, snapshot(nodes, pods, **objects), PodInfo(pod.obj))


def explained(pod, nodes, pods=(), framework=DEFAULT, **objects):
    return explain(framework, snapshot(nodes, pods, **objects), PodInfo(pod.obj))


def verdict(plugin, pod, node, pods=(), **objects):
    """(code, reasons…) that one plugin gives for one node; None where its PreFilter skipped it."""
    found = explained(pod, [node], pods, **objects)
    if plugin not in found.filters:
        status = found.prepared[plugin].status
        return None if status.code == "Skip" else (str(status.code), *status.reasons)
    status = found.verdicts.get(node.metadata["name"], {}).get(plugin)
    return ("Success",) if status is None else (str(status.code), *status.reasons)


def scores(plugin, pod, nodes, pods=(), framework=DEFAULT, **objects):
    """(raw, normalized) by node; None where the plugin was skipped."""
    found = decide(pod, nodes, pods, framework, **objects).scores[plugin]
    if found.skipped:
        return None
    return {name: (raw, found.normalized[name]) for name, raw in found.raw.items()}
