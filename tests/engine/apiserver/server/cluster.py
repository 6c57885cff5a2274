"""A small cluster on our API server, for tests."""

from typing import Any

from engine.apiserver.server.answers import Answer
from engine.apiserver.server.choices import SimulatedChoices
from engine.apiserver.server.reading import ALL, Selection
from engine.apiserver.server.server import ApiServer
from engine.apiserver.verbs.contract import User, Write
from engine.apiserver.verbs.status import RefusedError
from engine.schema.resource import Resource
from engine.store.revisions import Store

NOW = 1_795_230_845  # 2026-11-21T03:14:05Z
BORN = "2026-11-21T03:14:05Z"


class Cluster:
    """Sends writes as kubectl would; the clock stands unless it is moved."""

    def __init__(self, seed: int = 7) -> None:
        store = Store()
        self.choices = SimulatedChoices.of(store, seed)
        self.server = ApiServer(store, self.choices)
        self.now = NOW
        self.do("create", "namespaces", {"metadata": {"name": "shop"}}, namespace="")
        self.do("create", "serviceaccounts", {"metadata": {"name": "default"}})

    def resource(self, text: str) -> Resource:
        """`pods`, `deployments.apps`, `widgets.v1.example.com`."""
        name, _, rest = text.partition(".")
        group, version = rest, "v1"
        if rest.startswith("v") and "." in rest:
            version, _, group = rest.partition(".")
        found = self.server.resource(group, version, name)
        assert found is not None, text
        return found

    def do(
        self,
        verb: str,
        what: str,
        body: Any = None,
        name: str = "",
        namespace: str = "shop",
        selection: Selection = ALL,
        **more: Any,
    ) -> Answer:
        """One write; `what` may be `pods/status`."""
        resource, _, subresource = what.partition("/")
        found = self.resource(resource)
        write = Write(
            verb,
            found,
            body,
            self.now * 1_000_000,
            namespace if found.namespaced else "",
            name,
            subresource,
            **{"manager": "kubectl", "user": User("alice"), **more},
        )
        return self.server.serve(write, selection)

    def refused(self, *args: Any, **more: Any) -> dict[str, Any]:
        """The Status of a write that is refused."""
        try:
            answer = self.do(*args, **more)
        except RefusedError as refused:
            return refused.status()
        raise AssertionError(f"not refused: {answer}")

    def get(self, what: str, name: str, namespace: str = "shop") -> Any:
        """One object, None if it is not there."""
        resource, _, subresource = what.partition("/")
        found = self.resource(resource)
        try:
            return self.server.get(found, namespace if found.namespaced else "", name, subresource)
        except RefusedError:
            return None

    def names(self, what: str, **more: Any) -> list[str]:
        """The names of the objects of a resource."""
        return [o["metadata"]["name"] for o in self.server.objects(self.resource(what), **more)]


def pod(name: str = "a", **spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx:1"}], **spec},
    }


def config_map(name: str = "a", **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, **metadata}, "data": {"k": "v"}}


def deployment(name: str = "web", replicas: int = 2) -> dict[str, Any]:
    labels = {"app": name}
    return {
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod()["spec"]},
        },
    }
