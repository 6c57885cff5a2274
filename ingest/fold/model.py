"""The modelled API server over the replayed cluster: what requests make of their objects."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.apiserver.admission.chain import Chain
from engine.apiserver.admission.options import Options
from engine.apiserver.admission.registry import chain_of
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import Choices, Object, Write
from engine.apiserver.verbs.create import create
from engine.apiserver.verbs.kinds import DEFINITIONS, Found, Kinds, definition_name
from engine.apiserver.verbs.update import patch, update
from engine.schema.resource import Resource
from ingest.fold.state import State
from ingest.fold.view import StateView
from ingest.requests import ObjectKey


@dataclass(slots=True)
class Model:
    """Knows the kinds of the cluster, and has their rules at hand."""

    state: State
    options: Options = field(default_factory=Options)
    view: StateView = field(init=False)
    _chain: Chain = field(init=False)
    _kinds: Kinds = field(default_factory=Kinds)

    def __post_init__(self) -> None:
        self.view = StateView(self.state)
        self._chain = chain_of(self.options)

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
        context = Context(self.view, choices, found.rules, self._chain)
        if write.verb == "create":
            return create(write, context)
        return (update if write.verb == "update" else patch)(write, before, context)

    def _found(self, group: str, version: str, name: str) -> Found | None:
        """A resource and its rules; those of a custom one as its definition is now."""
        defined = definition_name(group, name)
        version_of_it = self.state.live.get(ObjectKey(*DEFINITIONS, "", defined))
        return self._kinds.find(
            group, version, name, version_of_it, lambda: self.view.get(*DEFINITIONS, "", defined)
        )
