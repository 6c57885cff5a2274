"""The kinds that make pods, in the groups apps and batch, and ReplicationControllers."""

from engine.apiserver.validation.contract import Rules
from engine.apiserver.validation.workloads import (
    controllers,
    cron_jobs,
    daemon_sets,
    deployments,
    job_status,
    jobs,
    stateful_sets,
)

KINDS = {
    ("apps/v1", "Deployment"): Rules(
        deployments.validate_deployment_create,
        deployments.validate_deployment_update,
        subresources={"status": deployments.validate_deployment_status_update},
    ),
    ("apps/v1", "ReplicaSet"): Rules(
        deployments.validate_replica_set_create,
        deployments.validate_replica_set_update,
        subresources={"status": deployments.validate_replica_set_status_update},
    ),
    ("apps/v1", "StatefulSet"): Rules(
        stateful_sets.validate_stateful_set_create,
        stateful_sets.validate_stateful_set_update,
        subresources={"status": stateful_sets.validate_stateful_set_status_update},
    ),
    ("apps/v1", "DaemonSet"): Rules(
        daemon_sets.validate_daemon_set_create,
        daemon_sets.validate_daemon_set_update,
        subresources={"status": daemon_sets.validate_daemon_set_status_update},
    ),
    ("apps/v1", "ControllerRevision"): Rules(
        daemon_sets.validate_revision_create, daemon_sets.validate_revision_update
    ),
    ("v1", "ReplicationController"): Rules(
        controllers.validate_controller_create,
        controllers.validate_controller_update,
        subresources={"status": controllers.validate_controller_status_update},
    ),
    ("batch/v1", "Job"): Rules(
        jobs.validate_job_create,
        jobs.validate_job_update,
        subresources={"status": job_status.validate_job_status_update},
    ),
    # The status of a CronJob is validated as the rest of it is.
    ("batch/v1", "CronJob"): Rules(
        cron_jobs.validate_cron_job_create, cron_jobs.validate_cron_job_update
    ),
}
