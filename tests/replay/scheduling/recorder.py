"""The audit log of a small cluster whose scheduler is told what to have decided."""

import tempfile
from pathlib import Path

from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from replay.scheduling.verify import verified
from tests.audit_lines import AuditLines

SCHEDULER = "system:kube-scheduler"
NO_ROOM = (
    "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: "
    "0/1 nodes are available: 1 No preemption victims found for incoming pod."
)
"""On a node where others are in the way."""
TOO_SMALL = (
    "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: "
    "0/1 nodes are available: 1 Preemption is not helpful for scheduling."
)
"""Where none would do."""


class Recorder:
    """Writes go to the log a second apart; each gets the next revision."""

    def __init__(self):
        self._lines = AuditLines()
        self._revision = 0

    def create(self, resource, builder):
        """An object is made; returns it as it is stored."""
        obj = self._stored(builder.obj)
        namespace = obj["metadata"].get("namespace")
        name = obj["metadata"]["name"]
        self._lines.add("create", resource, name, response=obj, code=201, namespace=namespace)
        return obj

    def update(self, resource, builder):
        """It is changed."""
        obj = self._stored(builder.obj)
        namespace = obj["metadata"].get("namespace")
        self._lines.add(
            "update", resource, obj["metadata"]["name"], response=obj, namespace=namespace
        )

    def delete(self, resource, obj):
        """It is deleted at once; the answer shows it as it was then."""
        gone = self._stored(obj)
        namespace, name = gone["metadata"].get("namespace"), gone["metadata"]["name"]
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0}
        self._lines.add(
            "delete", resource, name, request=options, response=gone, namespace=namespace
        )

    def bind(self, pod, node, user=SCHEDULER):
        """The pod gets its node; the answer does not show the revision."""
        self._revision += 1
        metadata = {"name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
        binding = {"kind": "Binding", "apiVersion": "v1", "metadata": metadata}
        binding["target"] = {"kind": "Node", "name": node}
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
        self._lines.add(
            "create",
            "pods",
            metadata["name"],
            subresource="binding",
            request=binding,
            response=status,
            code=201,
            user=user,
        )

    def fail(self, pod, message, time, again=""):
        """The scheduler's Event says when it found no node for the pod, and when once more."""
        about = {"kind": "Pod", "apiVersion": "v1", "namespace": "shop"}
        about |= {name: pod["metadata"][name] for name in ("name", "uid", "resourceVersion")}
        event = {
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {"name": f"{about['name']}.{time}", "namespace": "shop", "uid": time},
            "involvedObject": about,
            "reason": "FailedScheduling",
            "message": message,
            "eventTime": f"2026-11-21T{time}Z",
        }
        name, user = event["metadata"]["name"], SCHEDULER
        self._lines.add("create", "events", name, response=self._stored(event), code=201, user=user)
        if again:
            event["series"] = {"count": 2, "lastObservedTime": f"2026-11-21T{again}Z"}
            self._lines.add("patch", "events", name, response=self._stored(event), user=user)

    def trace(self):
        """The log, ingested."""
        folder = Path(tempfile.mkdtemp(prefix="kuberewind-replay-"))
        (folder / "audit.log").write_text(self._lines.text())
        trace = Trace(folder / "trace", create=True)
        ingest(trace, [str(folder / "audit.log")], IngestOptions())
        return trace

    def verified(self):
        """What the model says of each decision."""
        with self.trace().snapshot("default", derived=True) as snapshot:
            return list(verified(snapshot, None))

    def _stored(self, obj):
        self._revision += 1
        metadata = obj["metadata"] | {"resourceVersion": str(self._revision)}
        return obj | {"metadata": metadata}
