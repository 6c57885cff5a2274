"""The modelled API server over the replayed cluster: what requests make of their objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.apiserver.admission.chain import Chain
from engine.apiserver.admission.registry import chain_of
from engine.apiserver.flags import NOT_READY, UNREACHABLE, Flags, flags_of
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import Choices, Object, Write
from engine.apiserver.verbs.create import create
from engine.apiserver.verbs.kinds import DEFINITIONS, Found, Kinds, definition_name
from engine.apiserver.verbs.update import patch, update
from engine.schema.resource import Resource
from ingest.bodies import parsed, part
from ingest.fold.state import State
from ingest.fold.view import StateView
from ingest.requests import ObjectKey, Step

FLAGS: dict[Any, str] = {
    "node.kubernetes.io/not-ready": NOT_READY,
    "node.kubernetes.io/unreachable": UNREACHABLE,
}
"""The taints that every pod tolerates for a while, and the flags that say how long."""


@dataclass(slots=True)
class Model:
    """Knows the kinds of the cluster, and has their rules at hand.

    `given` are flags of its kube-apiserver. What they do not say and answers show is learned.
    """

    state: State
    given: Mapping[str, str] = field(default_factory=dict)
    view: StateView = field(init=False)
    _flags: Flags = field(init=False)
    _chain: Chain = field(init=False)
    _kinds: Kinds = field(default_factory=Kinds)

    def __post_init__(self) -> None:
        self.view = StateView(self.state)
        self._flags = flags_of(self.given)
        self._chain = chain_of(self._flags.options)

    def resource(self, group: str, version: str, name: str) -> Resource | None:
        """The resource of that name, custom ones too; None if it is not known."""
        found = self._found(group, version, name)
        return found.resource if found else None

    def next(self, write: Write, before: Object | None, choices: Choices) -> Object:
        """What a create, update or patch stores; raises RefusedError where it is refused."""
        resource = write.resource
        found = self._found(resource.group, resource.version, resource.name)
        if found is None:
            raise LookupError(resource.qualified_name)
        ranges = self._flags.ranges
        context = Context(self.view, choices, found.rules, self._chain, ranges)
        if write.verb == "create":
            return create(write, context)
        return (update if write.verb == "update" else patch)(write, before, context)

    def completed(self, resource: Resource, obj: Object) -> Object | None:
        """A stored object, if it is as the rules of its kind make one."""
        found = self._found(resource.group, resource.version, resource.name)
        return None if found is None else found.rules.completed(obj)

    def learn(self, step: Step) -> None:
        """Learn from the answer to a pod's creation how long its server lets pods tolerate."""
        request = step.request
        if request.verb != "create" or step.key.resource != "pods" or not request.succeeded:
            return
        asked = {t.get("key") for t in _tolerations(request.request)}
        for toleration in _tolerations(request.response):
            flag, seconds = FLAGS.get(toleration.get("key")), toleration.get("tolerationSeconds")
            if flag and flag not in self.given and toleration["key"] not in asked:
                self._tolerate(flag, seconds)

    def _tolerate(self, flag: str, seconds: object) -> None:
        options = self._flags.options
        known = {NOT_READY: options.not_ready_seconds, UNREACHABLE: options.unreachable_seconds}
        if isinstance(seconds, int) and 0 <= seconds != known[flag]:
            learned = {name: str(value) for name, value in {**known, flag: seconds}.items()}
            self._flags = flags_of({**self.given, **learned})
            self._chain = chain_of(self._flags.options)

    def _found(self, group: str, version: str, name: str) -> Found | None:
        """A resource and its rules; those of a custom one as its definition is now."""
        found = self._kinds.builtin(group, version, name)
        if found is not None:
            return found
        defined = definition_name(group, name)
        version_of_it = self.state.live.get(ObjectKey(*DEFINITIONS, "", defined))
        return self._kinds.find(
            group, version, name, version_of_it, lambda: self.view.get(*DEFINITIONS, "", defined)
        )


def _tolerations(body: str | None) -> list[Object]:
    tolerations = part(parsed(body), "spec").get("tolerations")
    return [t for t in tolerations if isinstance(t, dict)] if isinstance(tolerations, list) else []
