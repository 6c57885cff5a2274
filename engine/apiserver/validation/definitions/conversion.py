"""How a definition's versions are converted (validateCustomResourceConversion, v1.36).

Its webhook is flat in messages, as in the internal form: `spec.conversion.webhookClientConfig`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.names import is_dns1035_label

_ACCEPTED = ("v1", "v1beta1")
_ONLY_FOR_WEBHOOKS = "should not be set when strategy is not set to Webhook"


def validate_conversion(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    """`spec.conversion`."""
    conversion = spec.get("conversion")
    if not conversion:
        return []
    strategy = conversion.get("strategy") or ""
    errors = []
    if strategy != "None" and spec.get("preserveUnknownFields") is True:
        explanation = "must be None if spec.preserveUnknownFields is true"
        errors.append(invalid(path.child("strategy"), strategy, explanation))
    if not strategy:
        errors.append(required(path.child("strategy")))
    elif strategy not in ("None", "Webhook"):
        errors.append(not_supported(path.child("strategy"), strategy, ("None", "Webhook")))
    webhook = conversion.get("webhook") or {}
    client, config_path = webhook.get("clientConfig"), path.child("webhookClientConfig")
    reviews = webhook.get("conversionReviewVersions") or []
    if strategy != "Webhook":
        if client is not None:
            errors.append(forbidden(config_path, _ONLY_FOR_WEBHOOKS))
        if reviews:
            errors.append(forbidden(path.child("conversionReviewVersions"), _ONLY_FOR_WEBHOOKS))
        return errors
    if client is None:
        errors.append(required(config_path, "required when strategy is set to Webhook"))
    elif (client.get("url") is None) == (client.get("service") is None):
        errors.append(required(config_path, "exactly one of url or service is required"))
    return errors + _validate_reviews(reviews, path.child("conversionReviewVersions"))


def _validate_reviews(versions: Sequence[str], path: Path) -> list[FieldError]:
    if not versions:
        return [required(path)]
    errors, seen = [], set()
    for index, version in enumerate(versions):
        if version in seen:
            errors.append(invalid(path.index(index), version, "duplicate version"))
            continue
        seen.add(version)
        errors += [invalid(path.index(index), version, each) for each in is_dns1035_label(version)]
    if seen.isdisjoint(_ACCEPTED):
        explanation = f"must include at least one of {', '.join(_ACCEPTED)}"
        errors.append(invalid(path, list(versions), explanation))
    return errors
