"""StatefulSets.

After pkg/apis/apps/validation/validation.go and pkg/registry/apps/statefulset/strategy.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import internal_form, semantically_equal
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import is_dns1123_label, name_is_dns_label
from engine.apiserver.validation.numbers import (
    number_of,
    validate_at_most_all,
    validate_nonnegative,
    validate_nonnegative_fields,
    validate_not_above,
    validate_not_decremented,
    validate_positive_int_or_percent,
)
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.template import template_options, validate_pod_template
from engine.apiserver.validation.selectors import (
    labels_of,
    selector_of,
    shown_selector,
    validate_given_selector,
    validate_selects,
)
from engine.apiserver.validation.volume_claims import validate_claim_spec
from engine.apiserver.validation.workloads.replicas import (
    MORE_THAN_REPLICAS,
    STATUS,
    validate_available,
    validate_runs_always,
)

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_TYPE = "io.k8s.api.apps.v1.StatefulSetSpec"
_STRATEGY = "io.k8s.api.apps.v1.StatefulSetUpdateStrategy"
_ROLLING = "io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy"
_POLICIES = ("OrderedReady", "Parallel")
_RETENTION = ("Retain", "Delete")
# Which fields of the spec an update may change, in the order of the message.
_MUTABLE = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip
_QUOTED = [f"'{name}'" for name in _MUTABLE]
_FROZEN = (
    "updates to statefulset spec for fields other than "
    f"{', '.join(_QUOTED[:-1])} and {_QUOTED[-1]} are forbidden"
)
_COUNTS = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")


def validate_stateful_set_create(stateful_set: Object) -> list[FieldError]:
    spec = stateful_set.get("spec") or {}
    errors = validate_object_meta(stateful_set["metadata"], True, name_is_dns_label)
    errors += _validate_spec(spec, template_options(None))
    service = spec.get("serviceName", "")
    return errors + (_validate_service(service) if service else [])


def _validate_service(name: str) -> list[FieldError]:
    return each(_SPEC.child("serviceName"), name, is_dns1123_label(name))


def validate_stateful_set_update(new: Object, old: Object) -> list[FieldError]:
    """Names are not validated again: some may be too long for pods."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    options = template_options(before.get("template") or {})
    errors += _validate_spec(spec, options) and _validate_ratcheted(spec, before, options)
    kept = {name: before[name] for name in _MUTABLE if name in before}
    clone = {name: value for name, value in spec.items() if name not in _MUTABLE} | kept
    if not semantically_equal(_TYPE, clone, before):
        errors.append(forbidden(_SPEC, _FROZEN))
    return errors


def _validate_ratcheted(spec: Spec, before: Spec, options: PodOptions) -> list[FieldError]:
    """A set that was not valid already, from before templates were validated, keeps its templates.

    SkipValidatePodTemplateSpec, SkipValidateVolumeClaimTemplates.
    """
    return _validate_spec(spec, options, any_templates=bool(_validate_spec(before, options)))


def _validate_spec(
    spec: Spec, options: PodOptions, *, any_templates: bool = False
) -> list[FieldError]:
    errors = _validate_management(spec.get("podManagementPolicy", ""))
    errors += _validate_strategy(spec.get("updateStrategy") or {}, _SPEC.child("updateStrategy"))
    retention = spec.get("persistentVolumeClaimRetentionPolicy")
    if retention is not None:
        path = _SPEC.child("persistentVolumeClaimRetentionPolicy")
        for name in ("whenDeleted", "whenScaled"):
            policy = retention.get(name, "")
            if policy not in _RETENTION:
                errors.append(not_supported(path.child(name), policy, _RETENTION))
    errors += [] if any_templates else _validate_claims(spec.get("volumeClaimTemplates") or ())
    errors += validate_nonnegative_fields(spec, ("replicas", "minReadySeconds"), _SPEC)
    start = (spec.get("ordinals") or {}).get("start")
    errors += validate_nonnegative(start, _SPEC.child("ordinals.start"))
    return errors + _validate_selector_and_template(spec, options, any_templates)


def _validate_claims(claims: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Of the claims that pods will have only the spec is looked at."""
    errors: list[FieldError] = []
    for index, claim in enumerate(claims):
        path = _SPEC.child("volumeClaimTemplates").index(index).child("spec")
        errors += validate_claim_spec(claim.get("spec") or {}, path)
    return errors


def _validate_management(policy: str) -> list[FieldError]:
    path = _SPEC.child("podManagementPolicy")
    if not policy:
        return [required(path)]
    explanation = "must be 'OrderedReady' or 'Parallel'"
    return [] if policy in _POLICIES else [invalid(path, policy, explanation)]


def _validate_strategy(strategy: Mapping[str, Any], path: Path) -> list[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    rolling_path = path.child("rollingUpdate")
    match kind:
        case "":
            return [required(path)]
        case "OnDelete":
            explanation = "only allowed for updateStrategy 'RollingUpdate'"
            shown = internal_form(_ROLLING, rolling)
            return [] if rolling is None else [invalid(rolling_path, shown, explanation)]
        case "RollingUpdate":
            return [] if rolling is None else _validate_rolling_update(rolling, rolling_path)
    shown = internal_form(_STRATEGY, strategy)
    return [invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")]


def _validate_rolling_update(rolling: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors = validate_nonnegative(rolling.get("partition"), path.child("partition"))
    unavailable, unavailable_path = rolling.get("maxUnavailable"), path.child("maxUnavailable")
    if unavailable is None:
        return errors
    errors += validate_positive_int_or_percent(unavailable, unavailable_path)
    if not number_of(unavailable):
        errors.append(invalid(unavailable_path, unavailable, "cannot be 0"))
    return errors + validate_at_most_all(unavailable, unavailable_path)


def _validate_selector_and_template(
    spec: Spec, options: PodOptions, any_templates: bool
) -> list[FieldError]:
    given, path = spec.get("selector"), _SPEC.child("selector")
    errors = validate_given_selector(given, path, "empty selector is invalid for statefulset")
    template, template_path = spec.get("template") or {}, _SPEC.child("template")
    selector = selector_of(given)
    if selector is None:
        errors.append(invalid(path, shown_selector(given), ""))
    else:
        errors += validate_selects(selector, labels_of(template), template_path)
        whole = _with_claims(template, spec.get("volumeClaimTemplates") or ())
        errors += [] if any_templates else validate_pod_template(whole, template_path, options)
    pod_path = template_path.child("spec")
    return errors + validate_runs_always(template.get("spec") or {}, pod_path, "StatefulSet")


def _with_claims(template: Mapping[str, Any], claims: Any) -> Mapping[str, Any]:
    """The template with the volumes that the pods will have of the set's claims.

    A claim's volume takes the place of the template's volume of that name.
    """
    names = [(claim.get("metadata") or {}).get("name", "") for claim in claims]
    if not names:
        return template
    spec = template.get("spec") or {}
    own = [volume for volume in spec.get("volumes") or () if volume.get("name") not in names]
    made = [
        {"name": name, "persistentVolumeClaim": {"claimName": name}}
        for name in dict.fromkeys(names)
    ]
    return {**template, "spec": {**spec, "volumes": [*own, *made]}}


def validate_stateful_set_status_update(new: Object, old: Object) -> list[FieldError]:
    status, before = new.get("status") or {}, old.get("status") or {}
    counts = ("replicas", *_COUNTS, "observedGeneration", "collisionCount")
    errors = validate_nonnegative_fields(status, counts, STATUS)
    errors += validate_not_above(status, _COUNTS, "replicas", STATUS, MORE_THAN_REPLICAS)
    errors += validate_available(status, "cannot be greater than status.readyReplicas")
    errors += validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + validate_not_decremented(status, before, "collisionCount", STATUS)
