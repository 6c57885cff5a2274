"""A recording as the scheduler saw it: what etcd held, write by write, with the time of each.

An object's time is that of the answer that shows its revision. Our scheduler is told the objects,
and does what it would have done between them; where several nodes are equal it takes the one that
the real one drew.
"""

import io
import json
import re
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
WRITTEN = ("pods", "persistentvolumes", "persistentvolumeclaims")
SETTLING_NS = 5 * 10**9


def lines(name, file):
    with (folder(name) / file).open("rb") as packed:
        stream = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
        for line in io.TextIOWrapper(stream):
            yield json.loads(line)


def request(verb, resource, place, body):
    """A request without the time of its condition; of a volume, what binds it."""
    if resource == "persistentvolumes":
        claim = {**body["spec"]["claimRef"], "resourceVersion": ""}
        body = (claim, body["metadata"]["annotations"]["pv.kubernetes.io/bound-by-controller"])
    elif verb == "delete":
        body = {}
    written = json.dumps(body, sort_keys=True)
    return verb, resource, place, re.sub(r'"lastTransitionTime": "[^"]*"', "", written)


class Recorded:
    """What the audit log tells: when revisions were written, and what the scheduler did."""

    def __init__(self, name):
        self.name = name
        self.bound, self.failed, self.requests = Counter(), Counter(), Counter()
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
        told = line["objectRef"]
        if line["verb"] not in ("get", "list", "watch") and told["resource"] in WRITTEN:
            place = (told.get("namespace", ""), told["name"], told.get("subresource", ""))
            self.requests[request(line["verb"], told["resource"], place, asked)] += 1
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


class Played:
    """What our scheduler does when it is told the same."""

    def __init__(self, recorded):
        self._nodes = {}
        for pod, node in recorded.bound:
            self._nodes.setdefault(pod, []).append(node)
        self.bound, self.failed, self.requests = Counter(), Counter(), Counter()
        self._now_ns = recorded.time_ns(1)
        self._scheduler = Scheduler(Configuration(), start_ns=self._now_ns, draw=self._draw)
        for time_ns, obj, deleted in recorded.writes():
            self._run(time_ns)
            self._tell(time_ns, obj, deleted)
        self._run(self._now_ns + SETTLING_NS)

    def _draw(self, pod, best):
        return next((node for node in self._nodes.get(pod.key, ()) if node in best), min(best))

    def _tell(self, time_ns, obj, deleted):
        self._now_ns = max(self._now_ns, time_ns)
        self._scheduler.told(obj, self._now_ns, deleted=deleted)
        if obj["kind"] == "Pod" and text(obj, "spec", "nodeName"):
            self._scheduler.answered(obj["metadata"]["uid"], self._now_ns)

    def _run(self, until_ns):
        while True:
            wake_ns = self._scheduler.next_wake_ns(self._now_ns)
            if wake_ns is None or wake_ns > until_ns:
                return
            self._now_ns = wake_ns
            outcome = self._scheduler.step(wake_ns)
            if outcome is not None:
                self._take(outcome)

    def _take(self, outcome):
        for write in outcome.writes:
            place = (write.namespace, write.name, write.subresource)
            self.requests[request(write.verb, write.resource, place, write.body)] += 1
        if outcome.victims:
            self._scheduler.victims_deleted(outcome.pod, self._now_ns)
        if outcome.decision is not None and outcome.node:
            self.bound[outcome.pod.key, outcome.node] += 1
        elif outcome.decision is not None:
            self.failed[outcome.pod.key, outcome.decision.message] += 1
