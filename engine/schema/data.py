"""The data files of Kubernetes' types, one version of Kubernetes at a time.

They hold facts of Kubernetes v1.36: the discovery documents, OpenAPI and the table columns of a
running API server, and the fields of the Go types (go_types.py). One entry is one line, so that a
new version shows as a diff of entries.
docs/CONTRIBUTING.md says how they are made.
"""

from importlib.resources import files

KUBERNETES_VERSION = "1.36"


def read(what: str) -> bytes:
    """The bytes of one data file, `resources`, `types` or `go`: package data, as code is."""
    return files(__package__).joinpath(f"kubernetes-{KUBERNETES_VERSION}.{what}.json").read_bytes()
