"""The modelled API server over the replayed cluster: what requests make of their objects."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.apiserver.admission.chain import Chain
from engine.apiserver.admission.options import Options
from engine.apiserver.admission.registry import chain_of
from engine.apiserver.custom.rules import CustomRules
from engine.apiserver.verbs.builtin import BuiltinRules
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import Choices, Object, Write
from engine.apiserver.verbs.create import create
from engine.apiserver.verbs.rules import Rules
from engine.apiserver.verbs.update import patch, update
from engine.schema.custom import custom_resources
from engine.schema.resource import Resource
from engine.schema.resources import catalog
from ingest.fold.state import State
from ingest.fold.view import StateView
from ingest.requests import ObjectKey
from ingest.version import Version

DEFINITIONS = ("apiextensions.k8s.io", "customresourcedefinitions")


@dataclass(slots=True)
class Model:
    """Knows the kinds of the cluster, and has their rules at hand."""

    state: State
    options: Options = field(default_factory=Options)
    view: StateView = field(init=False)
    _chain: Chain = field(init=False)
    _rules: dict[tuple[str, str, str], tuple[Version | None, Resource, Rules]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        self.view = StateView(self.state)
        self._chain = chain_of(self.options)

    def resource(self, group: str, version: str, name: str) -> Resource | None:
        """The resource of that name, custom ones too; None if it is not known."""
        found = self._found(group, version, name)
        return found[0] if found else None

    def next(self, write: Write, before: Object | None, choices: Choices) -> Object:
        """What a create, update or patch stores; raises RefusedError where it is refused."""
        resource = write.resource
        found = self._found(resource.group, resource.version, resource.name)
        if found is None:
            raise LookupError(resource.qualified_name)
        context = Context(self.view, choices, found[1], self._chain)
        if write.verb == "create":
            return create(write, context)
        return (update if write.verb == "update" else patch)(write, before, context)

    def _found(self, group: str, version: str, name: str) -> tuple[Resource, Rules] | None:
        """A resource and its rules; those of a custom one as its definition is now."""
        key = (group, version, name)
        definition = self.state.live.get(ObjectKey(*DEFINITIONS, "", f"{name}.{group}"))
        known = self._rules.get(key)
        if known is not None and known[0] is definition:
            return known[1], known[2]
        resource = catalog().by_name(group, name, version)
        if resource is not None:
            self._rules[key] = (definition, resource, BuiltinRules(resource))
        elif definition is not None and (
            body := self.view.get(*DEFINITIONS, "", f"{name}.{group}")
        ):
            for custom in custom_resources([body]):
                if (custom.version, custom.name) == (version, name):
                    self._rules[key] = (definition, custom, CustomRules(body, version))
        known = self._rules.get(key)
        return (known[1], known[2]) if known is not None and known[0] is definition else None
