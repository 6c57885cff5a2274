"""CronJobs.

After pkg/apis/batch/validation/validation.go and pkg/registry/batch/cronjob/strategy.go (v1.36).
"""

import re

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import FieldError, Path, invalid, not_supported, required
from engine.apiserver.validation.metadata import (
    METADATA,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import name_is_dns_subdomain, size
from engine.apiserver.validation.numbers import validate_nonnegative, validate_nonnegative_fields
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.template import template_options
from engine.apiserver.validation.selectors import shown_selector
from engine.apiserver.validation.workloads.jobs import Spec, validate_job_spec
from engine.model.cron import CronError, parse
from engine.model.zones import zone_problem

_SPEC = Path("spec")
_POLICIES = ("Allow", "Forbid", "Replace")
# A Job's name is the CronJob's and a time, and has 63 characters at most.
_NAME_MAX = 52
_PART_OF_ZONE = re.compile(r"[A-Za-z._0-9+-]{1,14}")


def validate_cron_job_create(cron_job: Object) -> list[FieldError]:
    name = cron_job["metadata"].get("name", "")
    errors = validate_object_meta(cron_job["metadata"], True, name_is_dns_subdomain)
    errors += _validate_spec(cron_job.get("spec") or {}, None, template_options(None))
    if size(name) > _NAME_MAX:
        explanation = f"must be no more than {_NAME_MAX} characters"
        errors.append(invalid(METADATA.child("name"), name, explanation))
    return errors


def validate_cron_job_update(new: Object, old: Object) -> list[FieldError]:
    before = old.get("spec") or {}
    template = (before.get("jobTemplate") or {}).get("spec") or {}
    options = template_options(template.get("template") or {})
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + _validate_spec(new.get("spec") or {}, before, options)


def _validate_spec(spec: Spec, old: Spec | None, options: PodOptions) -> list[FieldError]:
    schedule, path = spec.get("schedule", ""), _SPEC.child("schedule")
    zone, policy = spec.get("timeZone"), spec.get("concurrencyPolicy", "")
    if schedule:
        keeps_zone = old is not None and "TZ" in old.get("schedule", "")
        errors = _validate_schedule(schedule, keeps_zone, zone, path)
    else:
        errors = [required(path)]
    deadline = spec.get("startingDeadlineSeconds")
    errors += validate_nonnegative(deadline, _SPEC.child("startingDeadlineSeconds"))
    if zone is not None and (old is None or old.get("timeZone") != zone):
        errors += _validate_zone(zone, _SPEC.child("timeZone"))
    policy_path = _SPEC.child("concurrencyPolicy")
    if not policy:
        errors.append(required(policy_path))
    elif policy not in _POLICIES:
        errors.append(not_supported(policy_path, policy, _POLICIES))
    errors += _validate_template(spec.get("jobTemplate") or {}, options)
    limits = ("successfulJobsHistoryLimit", "failedJobsHistoryLimit")
    return errors + validate_nonnegative_fields(spec, limits, _SPEC)


def _validate_schedule(
    schedule: str, keeps_zone: bool, zone: str | None, path: Path
) -> list[FieldError]:
    """`keeps_zone`: the stored schedule names a time zone, so this one may too."""
    errors: list[FieldError] = []
    try:
        parse(schedule)
    except CronError as error:
        errors.append(invalid(path, schedule, str(error)))
    if "TZ" in schedule and keeps_zone and zone is not None:
        explanation = "cannot use both timeZone field and TZ or CRON_TZ in schedule"
        errors.append(invalid(path, schedule, explanation))
    elif "TZ" in schedule and not keeps_zone:
        explanation = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        errors.append(invalid(path, schedule, explanation))
    return errors


def _validate_zone(zone: str, path: Path) -> list[FieldError]:
    if not zone:
        return [invalid(path, zone, "timeZone must be nil or non-empty string")]
    for part in zone.split("/"):
        if part in (".", "..") or part.startswith("-") or not _PART_OF_ZONE.fullmatch(part):
            return [invalid(path, zone, f"unknown time zone {zone}")]
    errors: list[FieldError] = []
    if zone.lower() == "local":
        explanation = (
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        )
        errors.append(invalid(path, zone, explanation))
    if problem := zone_problem(zone):
        errors.append(invalid(path, zone, problem))
    return errors


def _validate_template(template: Spec, options: PodOptions) -> list[FieldError]:
    spec, path = template.get("spec") or {}, _SPEC.child("jobTemplate", "spec")
    errors = validate_job_spec(spec, path, options)
    selector = spec.get("selector")
    if selector is not None:
        explanation = "`selector` will be auto-generated"
        errors.append(invalid(path.child("selector"), shown_selector(selector), explanation))
    if spec.get("manualSelector"):
        manual = path.child("manualSelector")
        errors.append(not_supported(manual, spec["manualSelector"], ("nil", "false")))
    return errors
