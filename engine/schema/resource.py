"""A resource as discovery describes it."""

import msgspec


class Column(msgspec.Struct, frozen=True):
    """A column of kubectl's table. Those with priority 0 are shown without `-o wide`, too.

    `json_path` says what stands in the cell, for custom resources only; for the others see
    engine.apiserver.printers.
    """

    name: str
    type: str
    format: str = ""
    priority: int = 0
    json_path: str = ""


class Subresource(msgspec.Struct, frozen=True):
    """A part of a resource with a path of its own, such as `status`, and the kind it speaks."""

    name: str
    kind: str
    verbs: tuple[str, ...] = ()


class Resource(
    msgspec.Struct, frozen=True, rename={"name": "resource", "short_names": "shortNames"}
):
    """One resource in one version of its group; `name` is the plural one, as it stands in URLs.

    `custom` says that a CustomResourceDefinition made it; `selectable_fields` are the paths which
    that declares for field selectors.
    """

    group: str
    version: str
    name: str
    kind: str
    singular: str
    namespaced: bool
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[Subresource, ...] = ()
    verbs: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    custom: bool = False
    selectable_fields: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """As objects carry it: `v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified_name(self) -> str:
        """As kubectl prints it: `pods`, `deployments.apps`."""
        return f"{self.name}.{self.group}" if self.group else self.name
