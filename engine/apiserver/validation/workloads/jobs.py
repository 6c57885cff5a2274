"""Jobs.

After pkg/apis/batch/validation/validation.go and pkg/registry/batch/job/strategy.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.internal_form import internal_form, semantically_equal
from engine.apiserver.validation.labels import has_invalid_values, validate_label_selector
from engine.apiserver.validation.metadata import (
    METADATA,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import (
    is_dns1123_label,
    is_domain_prefixed_path,
    name_is_dns_subdomain,
    size,
)
from engine.apiserver.validation.numbers import validate_immutable, validate_nonnegative_fields
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.template import template_options, validate_pod_template
from engine.apiserver.validation.selectors import labels_of, selector_of, shown_selector
from engine.apiserver.validation.workloads.job_policies import (
    validate_failure_policy,
    validate_success_policy,
)
from engine.apiserver.validation.workloads.job_templates import frozen_template
from engine.model.quoting import quote

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_BATCH = "io.k8s.api.batch.v1."
_TEMPLATE = "io.k8s.api.core.v1.PodTemplateSpec"

INDEXED = "Indexed"
_NON_INDEXED = "NonIndexed"
_NEEDS_INDEXES = "requires indexed completion mode"
_PARALLELISM_MAX = 100_000
_FAILED_INDEXES_MAX = 100_000
_COMPLETIONS_SOFT_MAX = 100_000
_MAX_WITH_MANY_COMPLETIONS = 10_000
_MANAGED_BY_MAX = 63
_COUNTS = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
    "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes",
)  # fmt: skip
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")

# The labels by which a Job finds its pods, the old ones first.
_OLD_LABELS = ("controller-uid", "job-name")
_LABELS = ("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name")


def validate_job_create(job: Object) -> list[FieldError]:
    return _validate(job, template_options(None), any_selector_values=False, all_labels=True)


def validate_job_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateUpdate checks what a new one must be and what an update must be."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    template = before.get("template") or {}
    options = template_options(template)
    any_values = options.any_selector_values or has_invalid_values(before.get("selector"))
    all_labels = all(label in (labels_of(template) or {}) for label in _LABELS)
    errors = _validate(new, options, any_selector_values=any_values, all_labels=all_labels)
    errors += validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate_own_spec(spec, options, any_values)
    errors += _validate_completions_update(spec, before)
    selector = spec.get("selector")
    errors += validate_immutable(
        selector, before.get("selector"), _SPEC.child("selector"), shown_selector(selector)
    )
    errors += _validate_template_update(new, old)
    for name, kind in (
        ("completionMode", ""),
        ("podFailurePolicy", "PodFailurePolicy"),
        ("backoffLimitPerIndex", ""),
        ("managedBy", ""),
        ("successPolicy", "SuccessPolicy"),
    ):
        value = spec.get(name)
        shown = internal_form(f"{_BATCH}{kind}", value) if kind else value
        errors += validate_immutable(value, before.get(name), _SPEC.child(name), shown)
    return errors


def _validate(
    job: Object, options: PodOptions, *, any_selector_values: bool, all_labels: bool
) -> list[FieldError]:
    metadata, spec = job["metadata"], job.get("spec") or {}
    errors = validate_object_meta(metadata, True, name_is_dns_subdomain)
    errors += _validate_generated_selector(job, all_labels)
    errors += _validate_own_spec(spec, options, any_selector_values)
    completions = spec.get("completions") or 0
    if spec.get("completionMode") == INDEXED and completions > 0:
        # The last pod's hostname has its index.
        name = metadata.get("name", "")
        hostname = f"{name}-{completions - 1}"
        if is_dns1123_label(hostname):
            explanation = f"will not able to create pod with invalid DNS label: {hostname}"
            errors.append(invalid(METADATA.child("name"), name, explanation))
    return errors


def _validate_generated_selector(job: Object, all_labels: bool) -> list[FieldError]:
    """`all_labels`: those with the domain of Kubernetes too."""
    metadata, spec = job["metadata"], job.get("spec") or {}
    given = spec.get("selector")
    if spec.get("manualSelector") or given is None:
        return []
    uid, name = metadata.get("uid", ""), metadata.get("name", "")
    errors = [] if uid else [required(METADATA.child("uid"))]
    expected: dict[str, str] = {}
    labels = labels_of(spec.get("template") or {})
    for keys in (_OLD_LABELS, _LABELS) if all_labels else (_OLD_LABELS,):
        for key, value in zip(keys, (uid, name), strict=True):
            expected[key] = value
            errors += _validate_has_label(labels, key, value)
    selector = selector_of(given)
    if selector is not None and not selector.matches(expected):
        shown = shown_selector(given)
        errors.append(invalid(_SPEC.child("selector"), shown, "`selector` not auto-generated"))
    return errors


def _validate_has_label(labels: Mapping[str, str] | None, key: str, value: str) -> list[FieldError]:
    path, explanation = _SPEC.child("template", "metadata", "labels").key(key), f"must be '{value}'"
    if key not in (labels or {}):
        return [required(path, explanation)]
    return [] if labels and labels[key] == value else [invalid(path, labels, explanation)]


def _validate_own_spec(
    spec: Spec, options: PodOptions, any_selector_values: bool
) -> list[FieldError]:
    """What a Job's spec needs and the template of one has not."""
    errors = validate_job_spec(spec, _SPEC, options)
    given, path = spec.get("selector"), _SPEC.child("selector")
    if given is None:
        errors.append(required(path))
    errors += validate_label_selector(given, path, any_values=any_selector_values)
    selector, labels = selector_of(given), labels_of(spec.get("template") or {})
    if selector is not None and not selector.matches(labels or {}):
        explanation = "`selector` does not match template `labels`"
        path = _SPEC.child("template", "metadata", "labels")
        errors.append(invalid(path, labels, explanation))
    return errors


def validate_job_spec(spec: Spec, path: Path, options: PodOptions) -> list[FieldError]:
    """Of a Job, or of the template of one (validateJobSpec)."""
    errors = validate_nonnegative_fields(spec, _COUNTS, path)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        explanation = "when maxFailedIndexes is specified"
        errors.append(required(path.child("backoffLimitPerIndex"), explanation))
    if (manager := spec.get("managedBy")) is not None:
        errors += is_domain_prefixed_path(path.child("managedBy"), manager)
        if size(manager) > _MANAGED_BY_MAX:
            errors.append(too_long(path.child("managedBy"), _MANAGED_BY_MAX))
    errors += _validate_mode(spec, path)
    failure, success = spec.get("podFailurePolicy"), spec.get("successPolicy")
    if failure is not None:
        errors += validate_failure_policy(spec, path.child("podFailurePolicy"))
    if success is not None:
        errors += _validate_success(spec, path.child("successPolicy"))
    errors += _validate_replacement(spec, path.child("podReplacementPolicy"))
    template_path = path.child("template")
    errors += validate_pod_template(spec.get("template") or {}, template_path, options)
    return errors + _validate_restarts(spec, template_path.child("spec", "restartPolicy"))


def _validate_mode(spec: Spec, path: Path) -> list[FieldError]:
    mode = spec.get("completionMode")
    errors: list[FieldError] = []
    if mode not in (None, INDEXED, _NON_INDEXED):
        supported = (_NON_INDEXED, INDEXED)
        errors.append(not_supported(path.child("completionMode"), mode, supported))
    if mode == INDEXED:
        errors += _validate_indexed(spec, path)
    if mode in (None, _NON_INDEXED):
        errors += [
            invalid(path.child(name), spec[name], _NEEDS_INDEXES)
            for name in ("backoffLimitPerIndex", "maxFailedIndexes")
            if spec.get(name) is not None
        ]
    return errors


def _validate_indexed(spec: Spec, path: Path) -> list[FieldError]:
    completions, parallelism = spec.get("completions"), spec.get("parallelism") or 0
    failed, failed_path = spec.get("maxFailedIndexes"), path.child("maxFailedIndexes")
    errors: list[FieldError] = []
    if completions is None:
        explanation = "when completion mode is Indexed"
        errors.append(required(path.child("completions"), explanation))
    if parallelism > _PARALLELISM_MAX:
        bound = f"must be less than or equal to {_PARALLELISM_MAX}"
        explanation = f"{bound} when completion mode is Indexed"
        errors.append(invalid(path.child("parallelism"), parallelism, explanation))
    if completions is not None and failed is not None and failed > completions:
        explanation = "must be less than or equal to completions"
        errors.append(invalid(failed_path, failed, explanation))
    if failed is not None and failed > _FAILED_INDEXES_MAX:
        explanation = f"must be less than or equal to {_FAILED_INDEXES_MAX}"
        errors.append(invalid(failed_path, failed, explanation))
    many = (completions or 0) > _COMPLETIONS_SOFT_MAX
    if many and spec.get("backoffLimitPerIndex") is not None:
        errors += _validate_many_completions(parallelism, failed, path)
    return errors


def _validate_many_completions(
    parallelism: int, failed: int | None, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    failed_path = path.child("maxFailedIndexes")
    explanation = (
        f"must be less than or equal to {_MAX_WITH_MANY_COMPLETIONS} when completions are above "
        f"{_COMPLETIONS_SOFT_MAX} and used with backoff limit per index"
    )
    if failed is None:
        when = f"must be specified when completions is above {_COMPLETIONS_SOFT_MAX}"
        errors.append(required(failed_path, when))
    if parallelism > _MAX_WITH_MANY_COMPLETIONS:
        errors.append(invalid(path.child("parallelism"), parallelism, explanation))
    if failed is not None and failed > _MAX_WITH_MANY_COMPLETIONS:
        errors.append(invalid(failed_path, failed, explanation))
    return errors


def _validate_success(spec: Spec, path: Path) -> list[FieldError]:
    if spec.get("completionMode") == INDEXED:
        return validate_success_policy(spec, path)
    shown = internal_form(f"{_BATCH}SuccessPolicy", spec["successPolicy"])
    return [invalid(path, shown, _NEEDS_INDEXES)]


def _validate_replacement(spec: Spec, path: Path) -> list[FieldError]:
    policy = spec.get("podReplacementPolicy")
    if policy is None:
        return []
    supported = _REPLACEMENTS if spec.get("podFailurePolicy") is None else _REPLACEMENTS[:1]
    return [] if policy in supported else [not_supported(path, policy, supported)]


def _validate_restarts(spec: Spec, path: Path) -> list[FieldError]:
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy", "")
    if policy in ("", "Always"):
        return [required(path, f"valid values: {quote('OnFailure')}, {quote('Never')}")]
    if policy not in ("OnFailure", "Never"):
        return [not_supported(path, policy, ("OnFailure", "Never"))]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        explanation = f"only {quote('Never')} is supported when podFailurePolicy is specified"
        return [invalid(path, policy, explanation)]
    return []


def _validate_completions_update(spec: Spec, before: Spec) -> list[FieldError]:
    """The size of an indexed Job changes with its parallelism (ElasticIndexedJob)."""
    completions, path = spec.get("completions"), _SPEC.child("completions")
    if spec.get("completionMode") != INDEXED:
        return validate_immutable(completions, before.get("completions"), path)
    if completions in (None, before.get("completions")):
        return []
    if completions == spec.get("parallelism"):
        return []
    return [invalid(path, completions, "can only be modified in tandem with spec.parallelism")]


def _validate_template_update(new: Object, old: Object) -> list[FieldError]:
    template = (new.get("spec") or {}).get("template") or {}
    before = frozen_template(template, old)
    if semantically_equal(_TEMPLATE, template, before):
        return []
    shown = internal_form(_TEMPLATE, template)
    return [invalid(_SPEC.child("template"), shown, "field is immutable")]
