"""How admission plugins say no.

Source: k8s.io/apiserver pkg/admission/errors.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.apiserver.admission.contract import Attributes
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.status import RefusedError

UNNAMED = "Unknown"


def forbidden(
    attributes: Attributes, obj: Object, why: str, causes: Sequence[dict[str, str]] = ()
) -> RefusedError:
    """NewForbidden: a new object may have no name as yet, only what it will begin with."""
    metadata = metadata_of(obj)
    name = attributes.write.name or metadata.get("name") or metadata.get("generateName") or UNNAMED
    return status.forbidden(attributes.write.resource, name, why, causes)


def aggregate(problems: Sequence[str]) -> str:
    """Several problems in one message (k8s.io/apimachinery pkg/util/errors/errors.go)."""
    different = list(dict.fromkeys(problems))
    return different[0] if len(different) == 1 else f"[{', '.join(different)}]"
