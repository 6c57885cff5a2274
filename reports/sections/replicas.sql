-- One row per stretch in which a workload wanted and had the same numbers of pods.
WITH versions AS (
    SELECT
        resource,
        namespace,
        name,
        uid,
        position,
        valid_from,
        valid_to,
        json_extract(object, '$.spec') AS spec,
        json_extract(object, '$.status') AS status
    FROM history
    WHERE object IS NOT NULL
        AND (api_group = 'apps' AND resource IN ('deployments', 'statefulsets', 'daemonsets')
            OR api_group = 'batch' AND resource = 'jobs'
            OR api_group = '' AND resource = 'replicationcontrollers'
            -- A Deployment's ReplicaSets are told by the Deployment; others stand for themselves.
            OR api_group = 'apps' AND resource = 'replicasets' AND NOT list_contains(
                coalesce(
                    json_extract_string(object, '$.metadata.ownerReferences[*].controller'), []
                ),
                'true'
            ))
),
fields AS (
    -- A number that is zero is left out of a status, and so are all before the first status.
    SELECT
        * EXCLUDE (spec, status),
        (spec ->> '$.replicas')::BIGINT AS replicas,
        (spec ->> '$.completions')::BIGINT AS completions,
        coalesce((spec ->> '$.parallelism')::BIGINT, 1) AS parallelism,
        coalesce((spec ->> '$.paused')::BOOLEAN, (spec ->> '$.suspend')::BOOLEAN, false) AS paused,
        coalesce((status ->> '$.succeeded')::BIGINT, 0) AS succeeded,
        coalesce((status ->> '$.active')::BIGINT, 0) AS active,
        list_has_any(
            coalesce(json_extract_string(status, '$.conditions[*].type'), []),
            ['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget']
        ) AS finished,
        coalesce((status ->> '$.desiredNumberScheduled')::BIGINT, 0) AS wanted_by_nodes,
        coalesce((status ->> '$.readyReplicas')::BIGINT, (status ->> '$.numberReady')::BIGINT,
            (status ->> '$.ready')::BIGINT, 0) AS ready,
        coalesce((status ->> '$.updatedReplicas')::BIGINT,
            (status ->> '$.updatedNumberScheduled')::BIGINT, 0) AS up_to_date,
        -- Whether the strategy asks that every pod be of the newest template.
        CASE
            WHEN resource = 'deployments' THEN NOT paused
            WHEN resource IN ('statefulsets', 'daemonsets')
                THEN coalesce(spec ->> '$.updateStrategy.type', 'RollingUpdate') = 'RollingUpdate'
                AND coalesce((spec ->> '$.updateStrategy.rollingUpdate.partition')::BIGINT, 0) = 0
            ELSE false
        END AS updates_all
    FROM versions
),
numbers AS (
    SELECT
        resource,
        namespace,
        name,
        uid,
        position,
        valid_from,
        valid_to,
        CASE
            WHEN resource = 'daemonsets' THEN wanted_by_nodes
            WHEN resource <> 'jobs' THEN coalesce(replicas, 1)
            -- As many as manageJob wants active: pkg/controller/job/job_controller.go (v1.36).
            WHEN finished OR paused THEN 0
            WHEN completions IS NULL THEN if(succeeded > 0, active, parallelism)
            ELSE least(parallelism, greatest(completions - succeeded, 0))
        END AS desired,
        ready,
        if(updates_all, up_to_date, NULL) AS updated
    FROM fields
),
changes AS (
    SELECT
        *,
        (desired, ready, coalesce(updated, -1)) IS DISTINCT FROM lag(
            (desired, ready, coalesce(updated, -1))
        ) OVER (PARTITION BY resource, namespace, name, uid ORDER BY position) AS changed
    FROM numbers
),
numbered AS (
    SELECT
        *,
        count(*) FILTER (changed) OVER (
            PARTITION BY resource, namespace, name, uid ORDER BY position
        ) AS stretch
    FROM changes
)
SELECT
    resource,
    namespace,
    name,
    uid,
    epoch_us(min(valid_from)) / 1000 AS begins_ms,
    epoch_us(if(bool_or(valid_to IS NULL), NULL, max(valid_to))) / 1000 AS ends_ms,
    any_value(desired) AS desired,
    any_value(ready) AS ready,
    any_value(updated) AS updated
FROM numbered
GROUP BY resource, namespace, name, uid, stretch
ORDER BY resource, namespace, name, begins_ms, uid
