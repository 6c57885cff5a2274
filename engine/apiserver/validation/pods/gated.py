"""Where a pod that is not yet scheduled may go: its update may only narrow that.

After validateNodeSelectorMutation and validateNodeAffinityMutation in
pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, invalid
from engine.apiserver.validation.internal_form import internal_form, internal_list

Spec = Mapping[str, Any]

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_TERM = "io.k8s.api.core.v1.NodeSelectorTerm"


def validate_gated_changes(spec: Spec, before: Spec, path: Path) -> list[FieldError]:
    selector, old = spec.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    errors: list[FieldError] = []
    if any(selector.get(key) != value for key, value in old.items()):
        explanation = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        shown = spec.get("nodeSelector")
        errors.append(invalid(path.child("nodeSelector"), shown, explanation))
    return errors + _validate_terms(
        _required_terms(spec),
        _required_terms(before),
        path.child("affinity", "nodeAffinity", _REQUIRED, "nodeSelectorTerms"),
    )


def _required_terms(spec: Spec) -> Sequence[Mapping[str, Any]] | None:
    required = (_node_affinity(spec) or {}).get(_REQUIRED) or {}
    terms: Sequence[Mapping[str, Any]] | None = required.get("nodeSelectorTerms")
    return terms


def _validate_terms(
    new: Sequence[Mapping[str, Any]] | None, old: Sequence[Mapping[str, Any]] | None, path: Path
) -> list[FieldError]:
    if not old:
        return []
    if len(new or ()) != len(old):
        explanation = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [invalid(path, internal_list(_TERM, new), explanation)]
    explanation = "only additions are allowed (no mutations or deletions)"
    return [
        invalid(path.index(index), internal_form(_TERM, term), explanation)
        for index, (term, before) in enumerate(zip(new or (), old, strict=True))
        if not _only_adds(term, before)
    ]


def _only_adds(term: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    names = ("matchExpressions", "matchFields")
    old = [list(before.get(name) or ()) for name in names]
    new = [list(term.get(name) or ()) for name in names]
    if not any(old):
        # A term without rules matches nothing: to add some would widen it.
        return not any(new)
    return all(after[: len(first)] == first for after, first in zip(new, old, strict=True))


def unfreeze_node_affinity(spec: Spec, before: Spec) -> dict[str, Any]:
    """The spec with the old node selector and node affinity: those were looked at."""
    munged = {name: value for name, value in spec.items() if name != "nodeSelector"}
    if "nodeSelector" in before:
        munged["nodeSelector"] = before["nodeSelector"]
    old = _node_affinity(before)
    if _node_affinity(spec) == old:
        return munged
    affinity = {k: v for k, v in (spec.get("affinity") or {}).items() if k != "nodeAffinity"}
    if old is not None:
        affinity["nodeAffinity"] = old
    munged.pop("affinity", None)
    if affinity or before.get("affinity") is not None:
        munged["affinity"] = affinity
    return munged


def _node_affinity(spec: Spec) -> Mapping[str, Any] | None:
    affinity: Mapping[str, Any] | None = (spec.get("affinity") or {}).get("nodeAffinity")
    return affinity
