"""The columns that every kind with a pod template has."""

from engine.apiserver.printers.contract import Object
from engine.apiserver.printers.fields import maps, text


def container_cells(value: Object, *path: str) -> tuple[str, str]:
    """Names and images of the containers of the pod spec at a path, each joined by commas
    (layoutContainerCells of pkg/printers/internalversion/printers.go, v1.36)."""
    containers = maps(value, *path, "containers")
    return (
        ",".join(text(container, "name") for container in containers),
        ",".join(text(container, "image") for container in containers),
    )
