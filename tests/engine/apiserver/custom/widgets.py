"""A custom resource for tests: widgets.example.com, with any schema."""

from typing import Any

from engine.apiserver.admission.chain import Chain
from engine.apiserver.custom.rules import CustomRules
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import Write
from engine.apiserver.verbs.create import create
from engine.apiserver.verbs.status import RefusedError
from engine.apiserver.verbs.update import patch, update
from engine.schema.custom import custom_resources

STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def definition(schema: Any = None, *versions: Any, **subresources: Any) -> dict[str, Any]:
    """A definition with one version v1 of that schema, and more versions."""
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    first = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema or spec()},
        "subresources": subresources,
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com",
            "names": names,
            "scope": "Namespaced",
            "versions": [first, *versions],
            "conversion": {"strategy": "None"},
        },
        "status": {"conditions": None, "acceptedNames": names, "storedVersions": ["v1"]},
    }


def spec(properties: Any = None, **rest: Any) -> dict[str, Any]:
    """A schema of an object with a spec of those fields."""
    own = {"type": "object", "properties": properties or {"size": STRING}, **rest}
    return {"type": "object", "properties": {"spec": own}}


def widget(spec: Any = None, **rest: Any) -> dict[str, Any]:
    """A widget a."""
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, **rest}
    return body if spec is None else {**body, "spec": spec}


class Nothing:
    """No other objects, and nothing that the server chooses but a revision."""

    def get(self, *_: Any) -> None:
        return None

    def objects(self, *_: Any) -> list[Any]:
        return []

    def knows(self, *_: Any) -> bool:
        return False

    def uid(self, _: Any) -> str:
        return "u"

    def born(self, _: Any) -> int:
        return 1

    def name(self, _: Any, prefix: str) -> str:
        return f"{prefix}abcde"


class Widgets:
    """One widget and the API server that keeps it."""

    def __init__(self, schema: Any = None, *versions: Any, **subresources: Any) -> None:
        self.definition = definition(schema, *versions, **subresources)
        self.stored: Any = None

    def do(self, verb: str, body: Any, version: str = "v1", **more: Any) -> Any:
        """What is stored after a write."""
        rules = CustomRules(self.definition, version)
        found = {r.version: r for r in custom_resources([self.definition])}[version]
        given = {"namespace": "shop", "name": "a", "manager": "m", **more}
        write = Write(verb, found, body, 1_000_000, **given)
        context = Context(Nothing(), Nothing(), rules, Chain())
        if verb == "create":
            self.stored = create(write, context)
        else:
            self.stored = (update if verb == "update" else patch)(write, self.stored, context)
        self.stored["metadata"]["resourceVersion"] = "1"
        return self.stored

    def merge(self, body: Any, **more: Any) -> Any:
        return self.do("patch", body, patch_type="merge", **more)

    def refused(self, verb: str, body: Any, **more: Any) -> dict[str, Any]:
        """The Status of a write that is refused."""
        try:
            self.do(verb, body, **more)
        except RefusedError as refused:
            return refused.status()
        raise AssertionError(f"not refused: {self.stored}")


def errors(schema: Any, value: Any) -> list[str]:
    """What is told of a widget with that spec, whose schema has that spec."""
    whole = {"type": "object", "properties": {"spec": schema}}
    rules = CustomRules(definition(whole), "v1")
    obj = widget(value, metadata={"name": "a", "namespace": "shop"})
    return [str(error) for error in rules.create_errors(None, obj, Nothing())]  # type: ignore[arg-type]
