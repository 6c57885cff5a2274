"""Groups of the Kubernetes community need an approval (validateAPIApproval, v1.36)."""

from __future__ import annotations

from urllib.parse import urlsplit

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import FieldError, Path, invalid, required

ANNOTATION = "api-approved.kubernetes.io"

_PATH = Path("metadata").child("annotations").key(ANNOTATION)
SEE = "see https://github.com/kubernetes/enhancements/pull/1111"


def validate_approval(new: Object, old: Object | None) -> list[FieldError]:
    """Whether a definition in a protected group is approved, or says that it is not."""
    group = str((new.get("spec") or {}).get("group") or "")
    if group not in ("k8s.io", "kubernetes.io") and not group.endswith(
        (".k8s.io", ".kubernetes.io")
    ):
        return []
    state = _state(new)
    if old is not None and _state(old) == state:
        return []
    if state == "missing":
        explanation = f'protected groups must have approval annotation "{ANNOTATION}", {SEE}'
        return [required(_PATH, explanation)]
    if state == "invalid":
        explanation = (
            f'protected groups must have approval annotation "{ANNOTATION}" with either a URL or a '
            f'reason starting with "unapproved", {SEE}'
        )
        return [invalid(_PATH, _annotation(new), explanation)]
    return []


def _annotation(definition: Object) -> str:
    annotations = (definition.get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(ANNOTATION) or "")


def _state(definition: Object) -> str:
    annotation = _annotation(definition)
    if not annotation:
        return "missing"
    if annotation.startswith("unapproved"):
        return "bypassed"
    try:
        url = urlsplit(annotation)
    except ValueError:
        return "invalid"
    return "approved" if url.scheme and url.netloc else "invalid"
