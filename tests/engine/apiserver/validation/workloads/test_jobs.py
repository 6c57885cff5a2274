"""Jobs and CronJobs."""

import pytest

from tests.engine.apiserver.validating import changed, created, refused, refused_update

POD = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}
JOB = {"apiVersion": "batch/v1", "kind": "Job", "spec": {"template": {"spec": POD}}}
INDEXED = changed(changed(JOB, "spec.completionMode", "Indexed"), "spec.completions", 5)
CRON_JOB = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": JOB["spec"]}},
}


def made(body, **status):
    """The Job as it was stored, as a body."""
    return {**created(body), "status": status}


def test_a_job_finds_its_pods_by_its_uid():
    assert refused(JOB) == []
    assert created(JOB)["spec"]["selector"] == {
        "matchLabels": {"batch.kubernetes.io/controller-uid": "u1"}
    }


def test_a_job_that_selects_by_hand_names_its_selector():
    assert refused(changed(JOB, "spec.manualSelector", True)) == [
        "spec.selector: Required value",
        (
            "spec.template.metadata.labels: Invalid value: null: "
            "`selector` does not match template `labels`"
        ),
    ]


def test_the_pods_of_a_job_end():
    assert refused(changed(JOB, "spec.template.spec.restartPolicy", "Always")) == [
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    ]


def test_a_rule_of_failures_says_what_it_is_about():
    codes = {"operator": "In", "values": [3, 1, 1]}
    rules = [{"action": "Count", "onExitCodes": codes}, {"action": "Ignore"}]
    assert refused(changed(JOB, "spec.podFailurePolicy.rules", rules)) == [
        "spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 1",
        (
            "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,1,1]: "
            "must be ordered"
        ),
        (
            "spec.podFailurePolicy.rules[1]: Invalid value: "
            "specifying one of OnExitCodes and OnPodConditions is required"
        ),
    ]


@pytest.mark.parametrize(
    ("indexes", "problem"),
    [
        ("0,2-4", ""),
        ("0-x", 'cannot convert string to integer for index: "x"'),
        ("5", 'too large index: "5"'),
        ("2,1", "non-increasing order, previous: 2, current: 1"),
        ("3-3", "non-increasing order, previous: 3, current: 3"),
        (
            "1-2-3",
            (
                'the fragment "1-2-3" violates the requirement that an index interval can have '
                "at most two parts separated by '-'"
            ),
        ),
    ],
)
def test_indexes_of_success_are_those_of_the_job(indexes, problem):
    found = refused(changed(INDEXED, "spec.successPolicy.rules", [{"succeededIndexes": indexes}]))
    path = "spec.successPolicy.rules[0].succeededIndexes"
    shown = f'{path}: Invalid value: "{indexes}": error parsing succeededIndexes: {problem}'
    assert found == ([shown] if problem else [])


def test_a_job_keeps_its_template_once_it_has_started():
    old = made(changed(JOB, "spec.suspend", True), startTime="2026-01-01T00:00:00Z", active=1)
    new = changed(old, "spec.template.spec.nodeSelector", {"a": "b"})
    found = refused_update(old, new)
    assert [text.partition(": ")[0] for text in found] == ["spec.template"]


def test_where_a_suspended_job_runs_may_change():
    old = made(changed(JOB, "spec.suspend", True))
    new = changed(old, "spec.template.spec.nodeSelector", {"a": "b"})
    resources = {"requests": {"cpu": "1"}}
    new = changed(new, "spec.template.spec.containers.0.resources", resources)
    assert refused_update(old, new) == []


def test_a_finished_job_does_not_become_unfinished():
    done = [{"type": "Failed", "status": "True"}, {"type": "FailureTarget", "status": "True"}]
    start = "2026-01-01T00:00:00Z"
    old = made(JOB, conditions=done, startTime=start)
    assert refused_update(old, made(JOB, startTime=start), "status") == [
        f"status.conditions: Invalid value: cannot disable the terminal {kind}=True condition"
        for kind in ("Failed", "FailureTarget")
    ]


def test_a_job_says_what_it_comes_to_before_it_has_come_to_it():
    status = {
        "conditions": [{"type": "Complete", "status": "True"}],
        "startTime": "2026-01-01T00:00:00Z",
        "completionTime": "2026-01-01T00:00:01Z",
    }
    assert refused_update(made(JOB), made(JOB, **status), "status") == [
        (
            "status.conditions: Invalid value: "
            "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
        )
    ]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("schedule", "* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        (
            "schedule",
            "CRON_TZ=UTC * * * * *",
            "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
        ),
        ("timeZone", "No/Where", "unknown time zone No/Where"),
        (
            "timeZone",
            "Local",
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
        ),
    ],
)
def test_a_cron_job_has_a_schedule_and_a_zone_that_can_be_read(path, value, problem):
    assert refused(changed(CRON_JOB, f"spec.{path}", value)) == [
        f'spec.{path}: Invalid value: "{value}": {problem}'
    ]


def test_a_cron_jobs_name_leaves_room_for_a_time():
    assert refused(changed(CRON_JOB, "metadata.name", "a" * 52)) == []
    long = "a" * 53
    assert refused(changed(CRON_JOB, "metadata.name", long)) == [
        f'metadata.name: Invalid value: "{long}": must be no more than 52 characters'
    ]
