"""The status of a Job: what a controller may say of it, and what not.

Most is refused only where a write makes it so: what is stored stays. After validateJobStatus and
ValidateJobStatusUpdate in pkg/apis/batch/validation/validation.go and getStatusValidationOptions in
pkg/registry/batch/job/strategy.go (v1.36).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    OMITTED,
    FieldError,
    Path,
    duplicate,
    invalid,
    required,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.metadata import validate_object_meta_update
from engine.apiserver.validation.numbers import validate_nonnegative_fields
from engine.apiserver.validation.workloads.job_policies import overlap_of_indexes, parse_indexes

Status = Mapping[str, Any]

_STATUS = Path("status")
_CONDITIONS = _STATUS.child("conditions")
_COMPLETION = _STATUS.child("completionTime")
_UNCOUNTED = "io.k8s.api.batch.v1.UncountedTerminatedPods"
_FINAL = ("Failed", "Complete", "FailureTarget")


def validate_job_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    status, before, spec = new.get("status") or {}, old.get("status") or {}, new.get("spec") or {}
    counts = ("active", "succeeded", "failed", "ready", "terminating")
    errors += validate_nonnegative_fields(status, counts, _STATUS)
    errors += _validate_uncounted(status.get("uncountedTerminatedPods") or {})
    for check in (_ends, _times, _targets, _finished, _indexes, _pods):
        errors += check(status, before, spec)
    return [*errors, *_criteria(status), *_changes(status, before, spec)]


def _is(status: Status, kind: str) -> bool:
    return any(
        condition.get("type") == kind and condition.get("status") == "True"
        for condition in status.get("conditions") or ()
    )


def _has_finished(status: Status) -> bool:
    return _is(status, "Complete") or _is(status, "Failed")


def _becomes(what: Callable[[Status], Any], status: Status, before: Status) -> bool:
    return bool(what(status) != what(before))


def _changed(names: tuple[str, ...], status: Status, before: Status) -> bool:
    return any(status.get(name) != before.get(name) for name in names)


def _validate_uncounted(pods: Mapping[str, Any]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for name in ("succeeded", "failed"):
        for index, uid in enumerate(pods.get(name) or ()):
            path = _STATUS.child("uncountedTerminatedPods", name).index(index)
            if not uid:
                errors.append(invalid(path, uid, "must not be empty"))
            elif uid in seen:
                errors.append(duplicate(path, uid))
            seen.add(uid)
    return errors


def _ends(status: Status, before: Status, spec: Status) -> Iterator[FieldError]:
    """A Job ends in one way."""
    if not _is(status, "Complete"):
        return
    for kind, spelled in (("Failed", "Failed=true"), ("FailureTarget", "FailureTarget=true")):
        kinds = ("Complete", kind)
        changes = any(_is(status, name) != _is(before, name) for name in kinds)
        if changes and _is(status, kind):
            explanation = f"cannot set Complete=True and {spelled} conditions"
            yield invalid(_CONDITIONS, OMITTED, explanation)


def _times(status: Status, before: Status, spec: Status) -> Iterator[FieldError]:
    start, end = status.get("startTime"), status.get("completionTime")
    complete = _is(status, "Complete")
    changes = complete != _is(before, "Complete") or end != before.get("completionTime")
    if changes and end is not None and not complete:
        explanation = "cannot set completionTime when there is no Complete=True condition"
        yield invalid(_COMPLETION, end, explanation)
    if changes and end is None and complete:
        yield required(_COMPLETION, "completionTime is required for Complete jobs")
    moved = _changed(("startTime", "completionTime"), status, before)
    if moved and start is not None and end is not None and end < start:
        yield invalid(_COMPLETION, end, "completionTime cannot be set before startTime")


def _targets(status: Status, before: Status, spec: Status) -> Iterator[FieldError]:
    """What a Job comes to is said before it has come to it."""
    for kind, target in (("Failed", "FailureTarget"), ("Complete", "SuccessCriteriaMet")):
        changes = _is(status, kind) != _is(before, kind)
        if changes and _is(status, kind) and not _is(status, target):
            explanation = f"cannot set {kind}=True condition without the {target}=true condition"
            yield invalid(_CONDITIONS, OMITTED, explanation)


def _finished(status: Status, before: Status, spec: Status) -> Iterator[FieldError]:
    if not _has_finished(status):
        return
    ends = _becomes(_has_finished, status, before)
    active, start = status.get("active", 0), status.get("startTime")
    uncounted = status.get("uncountedTerminatedPods")
    if (ends or _changed(("active",), status, before)) and active > 0:
        yield invalid(_STATUS.child("active"), active, "active>0 is invalid for finished job")
    if (ends or _changed(("startTime",), status, before)) and start is None:
        yield required(_STATUS.child("startTime"), "startTime is required for finished job")
    moved = ends or _changed(("uncountedTerminatedPods",), status, before)
    if moved and uncounted and (uncounted.get("failed") or uncounted.get("succeeded")):
        path, shown = _STATUS.child("uncountedTerminatedPods"), internal_form(_UNCOUNTED, uncounted)
        yield invalid(path, shown, "uncountedTerminatedPods needs to be empty for finished job")


def _indexes(status: Status, before: Status, spec: Status) -> Iterator[FieldError]:
    completed, failed = status.get("completedIndexes", ""), status.get("failedIndexes")
    completed_path, failed_path = _STATUS.child("completedIndexes"), _STATUS.child("failedIndexes")
    completions, per_index = spec.get("completions"), spec.get("backoffLimitPerIndex") is not None
    completed_moved = completed != before.get("completedIndexes", "")
    failed_moved = failed != before.get("failedIndexes")
    if completed_moved and completions is not None:
        yield from _unreadable("completedIndexes", completed, completions)
    if failed_moved and completions is not None and per_index:
        yield from _unreadable("failedIndexes", failed or "", completions)
    if completed_moved and completed and spec.get("completionMode") != "Indexed":
        explanation = "cannot set non-empty completedIndexes when non-indexed completion mode"
        yield invalid(completed_path, completed, explanation)
    if failed_moved and failed is not None and not per_index:
        explanation = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
        yield invalid(failed_path, failed, explanation)
    both = completed_moved or failed_moved
    problem = overlap_of_indexes(completed, failed or "", completions or 0) if both else ""
    if problem:
        yield invalid(failed_path, failed, problem)


def _unreadable(name: str, indexes: str, completions: int) -> Iterator[FieldError]:
    problem = parse_indexes(indexes, completions)[1]
    if problem:
        yield invalid(_STATUS.child(name), indexes, f"error parsing {name}: {problem}")


def _pods(status: Status, before: Status, spec: Status) -> Iterator[FieldError]:
    terminating, ready = status.get("terminating") or 0, status.get("ready")
    ends = _becomes(_has_finished, status, before)
    moved = ends or _changed(("terminating",), status, before)
    if moved and _has_finished(status) and terminating > 0:
        explanation = "terminating>0 is invalid for finished job"
        yield invalid(_STATUS.child("terminating"), terminating, explanation)
    moved = _changed(("ready", "active"), status, before)
    if moved and ready is not None and ready > status.get("active", 0):
        explanation = "cannot set more ready pods than active"
        yield invalid(_STATUS.child("ready"), ready, explanation)


def _criteria(status: Status) -> Iterator[FieldError]:
    """What meets the criteria of success does not fail."""
    if not _is(status, "SuccessCriteriaMet"):
        return
    for kind in ("Failed", "FailureTarget"):
        if _is(status, kind):
            explanation = f"cannot set SuccessCriteriaMet=True and {kind}=true conditions"
            yield invalid(_CONDITIONS, OMITTED, explanation)


def _changes(status: Status, before: Status, spec: Status) -> Iterator[FieldError]:
    """What was said once and cannot be taken back."""
    if (
        spec.get("successPolicy") is not None
        and not _is(status, "SuccessCriteriaMet")
        and _is(status, "Complete")
    ):
        explanation = (
            "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"
        )
        yield invalid(_CONDITIONS, OMITTED, explanation)
    for kind in _FINAL:
        if _is(before, kind) and not _is(status, kind):
            yield invalid(
                _CONDITIONS, OMITTED, f"cannot disable the terminal {kind}=True condition"
            )
    yield from _counters(status, before, spec)
    end, old_end = status.get("completionTime"), before.get("completionTime")
    if end is not None and old_end is not None and end != old_end:
        yield invalid(_COMPLETION, end, "completionTime cannot be mutated")
    start, old_start = status.get("startTime"), before.get("startTime")
    if old_start is not None and start != old_start and not spec.get("suspend"):
        explanation = "startTime cannot be removed for unsuspended job"
        yield required(_STATUS.child("startTime"), explanation)
    met, was_met = _is(status, "SuccessCriteriaMet"), _is(before, "SuccessCriteriaMet")
    if was_met and not met:
        explanation = "cannot disable the SuccessCriteriaMet=True condition"
        yield invalid(_CONDITIONS, OMITTED, explanation)
    if _is(before, "Complete") and not was_met and met:
        explanation = (
            "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"
        )
        yield invalid(_CONDITIONS, OMITTED, explanation)


def _counters(status: Status, before: Status, spec: Status) -> Iterator[FieldError]:
    """Only what succeeded of an indexed Job can shrink, with the Job."""
    elastic = spec.get("completionMode") == "Indexed"
    elastic = elastic and spec.get("completions") == spec.get("parallelism")
    for name in ("failed", "succeeded"):
        if name == "succeeded" and elastic:
            continue
        count = status.get(name, 0)
        if count < before.get(name, 0):
            yield invalid(_STATUS.child(name), count, f"cannot decrease the {name} counter")
