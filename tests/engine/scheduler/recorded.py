"""A recording as the scheduler saw it: what etcd held, write by write, with the time of each.

An object's time is that of the answer that shows its revision. Our scheduler is told the objects,
and does what it would have done between them; where several nodes are equal it takes the one that
the real one drew.
"""

import io
import json
from bisect import bisect_left
from collections import Counter

import zstandard

from engine.model.timestamp import parse_micros
from engine.scheduler.configuration import Configuration
from engine.scheduler.reading import text
from engine.scheduler.scheduler import Scheduler
from tests.recordings import folder

KINDS = (
    "Pod", "Node", "PersistentVolume", "PersistentVolumeClaim", "StorageClass", "CSINode",
    "Service", "ReplicaSet", "StatefulSet", "PodDisruptionBudget", "Namespace",
)  # fmt: skip
SETTLING_NS = 5 * 10**9


def lines(name, file):
    with (folder(name) / file).open("rb") as packed:
        stream = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
        for line in io.TextIOWrapper(stream):
            yield json.loads(line)


class Recorded:
    """What the audit log tells: when revisions were written, and what the scheduler did."""

    def __init__(self, name):
        self.name = name
        self.bound, self.failed = Counter(), Counter()
        times = {}
        for line in lines(name, "audit.jsonl.zst"):
            if line["stage"] == "ResponseComplete" and line["responseStatus"]["code"] < 300:
                self._take(line, times)
        self._revisions, self._times, latest = sorted(times), [], 0
        for revision in self._revisions:
            latest = max(latest, times[revision])
            self._times.append(latest)

    def _take(self, line, times):
        asked = line.get("requestObject") or {}
        if isinstance(asked, list):
            asked = {}  # a JSON patch
        if line["verb"] in ("create", "update", "patch") and asked.get("kind") != "Binding":
            version = text(line.get("responseObject"), "metadata", "resourceVersion")
            if version:
                times[int(version)] = parse_micros(line["stageTimestamp"])
        if line["user"]["username"] != "system:kube-scheduler":
            return
        if asked.get("kind") == "Binding":
            pod = f"{asked['metadata']['namespace']}/{asked['metadata']['name']}"
            self.bound[pod, asked["target"]["name"]] += 1
        elif asked.get("reason") == "FailedScheduling" and line["verb"] == "create":
            pod = f"{asked['regarding']['namespace']}/{asked['regarding']['name']}"
            self.failed[pod, asked["note"]] += 1

    def time_ns(self, revision):
        index = min(bisect_left(self._revisions, revision), len(self._times) - 1)
        return self._times[index] * 1000

    def writes(self):
        """(time, object as it is now or was last, whether it is gone)"""
        known = {}
        for line in lines(self.name, "history.jsonl.zst"):
            deleted = line["type"] == "DELETE"
            obj = known.pop(line["key"], None) if deleted else line["value"]
            if obj is None or obj.get("kind") not in KINDS:
                continue
            obj["metadata"]["resourceVersion"] = str(line["rev"])
            if not deleted:
                known[line["key"]] = obj
            yield self.time_ns(line["rev"]), obj, deleted


def played(recorded):
    """(pods with the nodes they are bound to, pods with the messages they fail with) of ours."""
    nodes = {}
    for pod, node in recorded.bound:
        nodes.setdefault(pod, []).append(node)

    def draw(pod, best):
        return next((node for node in nodes.get(pod.key, ()) if node in best), min(best))

    now_ns = recorded.time_ns(1)
    scheduler = Scheduler(Configuration(), start_ns=now_ns, draw=draw)
    bound, failed = Counter(), Counter()

    def run(until_ns):
        nonlocal now_ns
        while (wake_ns := scheduler.next_wake_ns(now_ns)) is not None and wake_ns <= until_ns:
            now_ns = wake_ns
            outcome = scheduler.step(now_ns)
            if outcome is None or outcome.decision is None:
                continue
            if outcome.victims:
                scheduler.victims_deleted(outcome.pod, now_ns)
            if outcome.node:
                bound[outcome.pod.key, outcome.node] += 1
            else:
                failed[outcome.pod.key, outcome.decision.message] += 1

    for time_ns, obj, deleted in recorded.writes():
        run(time_ns)
        now_ns = max(now_ns, time_ns)
        scheduler.told(obj, now_ns, deleted=deleted)
        if obj["kind"] == "Pod" and text(obj, "spec", "nodeName"):
            scheduler.answered(obj["metadata"]["uid"], now_ns)
    run(now_ns + SETTLING_NS)
    return bound, failed
