"""What is to be printed, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.apiserver.printers.contract import Object
from engine.apiserver.printers.fields import text
from engine.errors import KubeRewindError


class OutputError(KubeRewindError):
    """An option of `get` that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The objects of one resource, and what the resource is.

    `custom_columns` are the `additionalPrinterColumns` of the resource's CustomResourceDefinition;
    None for built-in resources. Objects that were asked for `by_name` stay in that order.
    """

    plural: str
    singular: str
    kind: str
    group: str
    version: str
    namespaced: bool
    objects: Sequence[Object]
    custom_columns: Sequence[Mapping[str, Any]] | None = None
    by_name: bool = False

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def ordered(self) -> list[Object]:
        """The objects as they were asked for, or as the API server lists them."""
        return list(self.objects) if self.by_name else sorted(self.objects, key=list_order)

    @property
    def resource(self) -> tuple[str, str]:
        """The group and the plural name, which tell resources apart."""
        return self.group, self.plural

    @property
    def qualified_kind(self) -> str:
        """`pod`, `deployment.apps`: what kubectl puts before a name."""
        return f"{self.kind}.{self.group}".lower() if self.group else self.kind.lower()


@dataclass(frozen=True, slots=True)
class GetOptions:
    """The options of `kubectl get` that say how to print.

    `output` is what follows `-o`: "" and "wide" are tables, `custom-columns=` and `jsonpath=` carry
    their template. `single` says that one object was asked for by name: it stands alone then, not
    in a List. `namespace` is named in the message on finding nothing. `terminal` says that the text
    goes to a terminal, which must not obey it.
    """

    output: str = ""
    namespace: str = "default"
    all_namespaces: bool = False
    show_labels: bool = False
    label_columns: tuple[str, ...] = ()
    no_headers: bool = False
    sort_by: str = ""
    single: bool = False
    show_managed_fields: bool = False
    terminal: bool = False


def list_order(value: Object) -> str:
    """The key by which the API server lists, which is etcd's: bytes of `namespace/name`.

    This is not the order of (namespace, name): "-" and "." come before "/".
    """
    namespace = text(value, "metadata", "namespace")
    name = text(value, "metadata", "name")
    return f"{namespace}/{name}" if namespace else name
