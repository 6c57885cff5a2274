"""What later requests tell about objects: the choices of the server that no answer showed.

An update carries the object as its writer had read it, with all that the server had put into it. A
kubelet's patch names the pod's uid, a binding too; an Event those of what it is about; an object
those of its owners. What is learned goes into the version in force, and into the ones before it
that are still held back (ingest.revisions).
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.strategy.workloads import select_own_pods
from engine.schema.resources import catalog
from ingest.bodies import Object, metadata_of, parsed, part, revision_of, shared_object
from ingest.fold.answers import name_revision
from ingest.fold.objects import looked_at, rewrite
from ingest.fold.state import PODS, State
from ingest.fold.unnamed import GUESSED, UNKNOWN
from ingest.fold.writes import TOKEN_VOLUME, UNKNOWN_TOKEN_VOLUME
from ingest.requests import ObjectKey, Step
from ingest.version import Version

KUBELET = "system:node:"
SCHEDULER = "system:kube-scheduler"

SERVER_METADATA = ("uid", "creationTimestamp")
SERVICE_ADDRESSES = ("clusterIP", "clusterIPs", "healthCheckNodePort", "ipFamilies",
                     "ipFamilyPolicy")  # fmt: skip


def from_request(state: State, step: Step) -> None:
    """Learn from a request, before it is applied."""
    request = step.request
    body = shared_object(request.request)
    if request.verb != "create" or request.subresource:
        for other in step.under_way if request.subresource == "binding" else ():
            _learn_name(state, other, shared_object(other.request.request))
        _learn_name(state, step, body)
    if request.verb == "update":
        _learn_from_update(state, step, body)
    elif request.verb == "patch":
        _learn_from_patch(state, step, body)
    elif request.verb == "create":
        _learn_owners(state, step, body)
    if request.subresource == "binding":
        _learn_uid(state, step.key, metadata_of(body))
    if step.key.resource == "events":
        _learn_subject(state, step, body)


def _learn_name(state: State, step: Step, body: Object) -> None:
    """A request to an object that nobody seems to have created names one without a name."""
    if not state.unnamed:
        return
    key = step.key
    if key.resource == "bindings":
        key = key._replace(resource="pods")  # the old form of a binding names no pod in its URL
    if key not in state.live and _may_name(state, step, key):
        is_update = step.request.verb == "update"
        born = metadata_of(body).get("creationTimestamp") if is_update else ""
        state.unnamed.adopt(state, key, _node_of(step, body), str(born or ""))


def _learn_from_update(state: State, step: Step, body: Object) -> None:
    """An update carries the object as its writer had read it."""
    before = state.live.get(step.key)
    if before is not None:
        _learn_revision(before, metadata_of(body))
        if step.request.subresource == "status":
            state.doubts.decide(before, body)
    state.settle(step.key, step.request.request or "")
    _manage(before, body)


def _learn_from_patch(state: State, step: Step, body: Object) -> None:
    """A patch may name the object's uid and revision; a kubelet's, volumes that are mounted."""
    before = state.live.get(step.key)
    if before is None:
        return
    metadata = metadata_of(body)
    _learn_revision(before, metadata)
    _learn_uid(state, step.key, metadata)
    if step.key.resource == "pods":
        _learn_token_volume(state, before, body)


def _learn_revision(before: Version, metadata: Object) -> None:
    """A write that names the revision that it is based on succeeds on that one only."""
    if before.rv is None:
        before.learn(revision_of(metadata.get("resourceVersion")))


def _learn_uid(state: State, key: ObjectKey, metadata: Object) -> None:
    uid = metadata.get("uid")
    if isinstance(uid, str):
        state.learn_uid(key, uid)


def _may_name(state: State, step: Step, key: ObjectKey) -> bool:
    """Whether a request that names an object which nobody created can be the first to do so.

    A new pod is first named by the scheduler. In a log that begins late, others may speak of pods
    that are older than it.
    """
    request = step.request
    if key[:2] != PODS or request.subresource == "binding":
        return True
    if request.user == SCHEDULER or SCHEDULER[len("system:") :] in request.user_agent:
        return True
    return state.knowledge.whole


def _node_of(step: Step, body: Object) -> str:
    """The node that a request says a pod is on: it is bound there, or that kubelet speaks of it."""
    node = part(body, "target").get("name") if step.request.subresource == "binding" else None
    prefix, name = step.request.user[: len(KUBELET)], step.request.user[len(KUBELET) :]
    return node if isinstance(node, str) else name if prefix == KUBELET else ""


def settle(version: Version, seen: Object) -> None:
    """Fill in what `seen`, a later sight of the object or of a part of it, shows of it."""
    body = looked_at(version)
    if body is None:
        return
    metadata, shown = body["metadata"], metadata_of(seen)
    new = {
        name: shown[name]
        for name in SERVER_METADATA
        if name in shown and shown[name] != metadata.get(name)
    }
    if "creationTimestamp" in shown:
        version.guessed = tuple(name for name in version.guessed if name not in GUESSED)
    if version.uid is None and isinstance(shown.get("uid"), str):
        version.uid = shown["uid"]
    if not new and version.kind not in ("Job", "Service"):
        return
    if version.kind in ("Job", "Service"):
        body = parsed(version.body)  # what follows changes more of it than the metadata
    body = {**body, "metadata": {**metadata, **new}}
    if version.kind == "Job" and version.uid and not part(body, "spec").get("manualSelector"):
        select_own_pods(body)
    if version.kind == "Service":
        _fill_addresses(part(body, "spec"), part(seen, "spec"))
    rewrite(version, body)


def as_read(body: Object) -> Object:
    """An object out of an update's request: without the revision that was read."""
    metadata = {k: v for k, v in metadata_of(body).items() if k != "resourceVersion"}
    return {**body, "metadata": metadata}


def unknown_fields(version: Version) -> str | None:
    """The fields of a computed body that nothing in the record showed; None if there are none."""
    if version.known != "derived" or version.body is None:
        return None
    fields = ["metadata.name"] if UNKNOWN in version.key.name else []
    if version.uid is None:
        fields.append("metadata.uid")
    for name in version.guessed:
        if name not in fields:
            fields.append(name)
    if version.kind == "Pod" and f'"{UNKNOWN_TOKEN_VOLUME}"' in version.body:
        fields.append("spec.volumes")
    if version.kind == "Service":
        fields.extend(_unknown_of_service(part(parsed(version.body), "spec")))
    return ", ".join(fields) or None


def _unknown_of_service(spec: Object) -> list[str]:
    fields = [] if "clusterIP" in spec or spec.get("type") == "ExternalName" else ["spec.clusterIP"]
    has_ports = spec.get("type") in ("NodePort", "LoadBalancer")
    if has_ports and spec.get("allocateLoadBalancerNodePorts") is not False:
        missing = any("nodePort" not in port for port in _dicts(spec.get("ports")))
        fields.extend(["spec.ports"] if missing else [])
    return fields


def _manage(version: Version | None, body: Object) -> None:
    """An update names the managers of the fields as they were before it."""
    fields = metadata_of(body).get("managedFields")
    if version is None or version.known != "derived" or not fields:
        return
    before = looked_at(version)
    if before is not None and before["metadata"].get("managedFields") != fields:
        metadata = {**before["metadata"], "managedFields": fields}
        version.spell({**before, "metadata": metadata})
        version.complete = False


def _fill_addresses(spec: Object, shown: Object) -> None:
    for name in SERVICE_ADDRESSES:
        if name in shown and name not in spec:
            spec[name] = shown[name]
    ports, seen = spec.get("ports"), shown.get("ports")
    if not isinstance(ports, list) or not isinstance(seen, list) or len(ports) != len(seen):
        return
    for port, other in zip(ports, seen, strict=True):
        if isinstance(port, dict) and isinstance(other, dict) and "nodePort" in other:
            port.setdefault("nodePort", other["nodePort"])


def _learn_token_volume(state: State, version: Version, patch: Object) -> None:
    """A kubelet's status names the volumes that are mounted, the token's among them."""
    if f'"{UNKNOWN_TOKEN_VOLUME}"' not in (version.body or ""):
        return
    for name in _mounted(patch):
        if name.startswith(TOKEN_VOLUME):
            waiting = state.unsettled.of(version.key)
            for held in {id(one): one for one in (*waiting, version)}.values():
                held.exchange(f'"{UNKNOWN_TOKEN_VOLUME}"', f'"{name}"')
            return


def _mounted(patch: Object) -> list[str]:
    status = part(patch, "status")
    kinds = ("containerStatuses", "initContainerStatuses")
    containers = [one for kind in kinds for one in _dicts(status.get(kind))]
    mounts = [mount for one in containers for mount in _dicts(one.get("volumeMounts"))]
    return [name for mount in mounts if isinstance(name := mount.get("name"), str)]


def _dicts(value: Any) -> list[Object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _learn_owners(state: State, step: Step, body: Object) -> None:
    for owner in _dicts(metadata_of(body).get("ownerReferences")):
        api_version, kind, uid = owner.get("apiVersion"), owner.get("kind"), owner.get("uid")
        if isinstance(api_version, str) and isinstance(kind, str) and isinstance(uid, str):
            _learn(state, step, api_version, kind, step.key.namespace, owner.get("name"), uid)


def _learn_subject(state: State, step: Step, event: Object) -> None:
    subject = part(event, "involvedObject") or part(event, "regarding")
    api_version, kind, uid = subject.get("apiVersion"), subject.get("kind"), subject.get("uid")
    if isinstance(kind, str) and isinstance(uid, str):
        namespace = subject.get("namespace")
        place = namespace if isinstance(namespace, str) else ""
        version = api_version if isinstance(api_version, str) else "v1"
        _learn(state, step, version, kind, place, subject.get("name"), uid)
        name_revision(state, uid, revision_of(subject.get("resourceVersion")))


def _learn(
    state: State,
    step: Step,
    api_version: str,
    kind: str,
    namespace: str,
    name: object,
    uid: str,
) -> None:
    group = api_version.rpartition("/")[0]
    resource = catalog().by_kind(group, kind)
    if resource is not None and isinstance(name, str):
        place = namespace if resource.namespaced else ""
        key = ObjectKey(group, resource.name, place, name)
        if key not in state.live and _may_name(state, step, key):
            state.unnamed.adopt(state, key)
        state.learn_uid(key, uid)
