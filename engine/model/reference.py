"""Which object is meant."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """An object by its place in the API, whether it exists or not.

    `group` is empty for core; `resource` is the plural name, as in URLs; `namespace` is empty for
    objects of the cluster. References sort as the API server lists objects of one resource.
    """

    group: str
    version: str
    kind: str
    resource: str
    namespace: str
    name: str

    @property
    def api_version(self) -> str:
        """As objects carry it: `v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def full_name(self) -> str:
        """`namespace/name`, or the name alone for objects of the cluster."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def __str__(self) -> str:
        return f"{self.kind}/{self.full_name}"
