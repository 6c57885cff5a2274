"""Jobs and CronJobs: pkg/printers/internalversion/printers.go, v1.36."""

from datetime import datetime

from engine.apiserver.printers.ages import age, human_duration, instant, since
from engine.apiserver.printers.containers import container_cells
from engine.apiserver.printers.contract import (
    AGE,
    NAME,
    WORKLOAD,
    Cell,
    Column,
    Object,
    Printer,
    count,
)
from engine.apiserver.printers.fields import (
    condition,
    deleting,
    dig,
    integer,
    mapping,
    maps,
    name,
    text,
)
from engine.apiserver.printers.labels import format_selector

NONE = "<none>"


def _job(job: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        name(job),
        _job_status(job),
        _completions(job),
        _job_duration(job, now),
        age(job, now),
        *container_cells(job, "spec", "template", "spec"),
        format_selector(mapping(job, "spec", "selector")),
    )


def _job_status(job: Object) -> str:
    for finished in ("Complete", "Failed"):
        if condition(job, finished) == "True":
            return finished
    if deleting(job):
        return "Terminating"
    for stage in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if condition(job, stage) == "True":
            return stage
    return "Running"


def _completions(job: Object) -> str:
    done = integer(job, "status", "succeeded")
    if dig(job, "spec", "completions") is not None:
        return f"{done}/{integer(job, 'spec', 'completions')}"
    parallelism = integer(job, "spec", "parallelism")
    return f"{done}/1 of {parallelism}" if parallelism > 1 else f"{done}/1"


def _job_duration(job: Object, now: datetime) -> str:
    started = instant(dig(job, "status", "startTime"))
    if started is None:
        return ""
    completed = instant(dig(job, "status", "completionTime"))
    return human_duration((completed or now) - started)


def _cron_job(cron_job: Object, now: datetime) -> tuple[Cell, ...]:
    last = dig(cron_job, "status", "lastScheduleTime")
    suspend = dig(cron_job, "spec", "suspend")
    return (
        name(cron_job),
        text(cron_job, "spec", "schedule"),
        text(cron_job, "spec", "timeZone") or NONE,
        "<unset>" if suspend is None else str(suspend is True),
        len(maps(cron_job, "status", "active")),
        NONE if last is None else since(instant(last), now),
        age(cron_job, now),
        *container_cells(cron_job, "spec", "jobTemplate", "spec", "template", "spec"),
        format_selector(mapping(cron_job, "spec", "jobTemplate", "spec", "selector")),
    )


PRINTERS = (
    Printer(
        "batch",
        "Job",
        (NAME, Column("Status"), Column("Completions"), Column("Duration"), AGE, *WORKLOAD),
        _job,
    ),
    Printer(
        "batch",
        "CronJob",
        (
            NAME,
            Column("Schedule"),
            Column("Timezone"),
            Column("Suspend", "boolean"),
            count("Active"),
            Column("Last Schedule"),
            AGE,
            *WORKLOAD,
        ),
        _cron_job,
    ),
)
