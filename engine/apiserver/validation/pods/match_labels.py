"""Label keys whose values a pod's own labels give: of affinity terms and spread constraints.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, forbidden, invalid
from engine.apiserver.validation.labels import validate_label_name

_NO_SELECTOR = "must not be specified when labelSelector is not set"
_IN_BOTH = "exists in both matchLabelKeys and labelSelector"


def validate_match_label_keys(
    path: Path,
    match_keys: Sequence[str],
    mismatch_keys: Sequence[str],
    selector: Mapping[str, Any] | None,
) -> list[FieldError]:
    """ValidateMatchLabelKeysAndMismatchLabelKeys.

    The keys were merged into the selector when the object was created, so that one of them may be
    there once.
    """
    errors = _validate_keys(path.child("matchLabelKeys"), match_keys, selector)
    errors += _validate_keys(path.child("mismatchLabelKeys"), mismatch_keys, selector)
    if selector is not None:
        positions = {key: index for index, key in enumerate(match_keys)}
        seen = set(selector.get("matchLabels") or ())
        for expression in selector.get("matchExpressions") or ():
            key = expression.get("key", "")
            if key in positions and key in seen:
                # The path lacks the name of the field: that is how Kubernetes writes it.
                errors.append(invalid(path.index(positions[key]), key, _IN_BOTH))
            seen.add(key)
    explanation = "exists in both matchLabelKeys and mismatchLabelKeys"
    errors += [
        invalid(path.child("matchLabelKeys").index(index), key, explanation)
        for index, key in enumerate(match_keys)
        if key in mismatch_keys
    ]
    return errors


def validate_spread_label_keys(
    path: Path, keys: Sequence[str], selector: Mapping[str, Any] | None
) -> list[FieldError]:
    """ValidateMatchLabelKeysInTopologySpread: as it was before keys were merged into selectors."""
    if not keys:
        return []
    errors: list[FieldError] = []
    if selector is None:
        errors.append(forbidden(path, _NO_SELECTOR))
    used = set((selector or {}).get("matchLabels") or ())
    used |= {item.get("key") for item in (selector or {}).get("matchExpressions") or ()}
    for index, key in enumerate(keys):
        errors += validate_label_name(key, path.index(index))
        if key in used:
            errors.append(invalid(path.index(index), key, _IN_BOTH))
    return errors


def _validate_keys(
    path: Path, keys: Sequence[str], selector: Mapping[str, Any] | None
) -> list[FieldError]:
    if not keys:
        return []
    if selector is None:
        return [forbidden(path, _NO_SELECTOR)]
    errors: list[FieldError] = []
    for index, key in enumerate(keys):
        errors += validate_label_name(key, path.index(index))
    return errors
