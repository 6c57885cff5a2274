-- A rollout is stuck while the pods of a new ReplicaSet cannot start. Who began it, and who ended it,
-- are the last people who wrote to the Deployment before these pods were made and told to go.
WITH waiting AS (
    SELECT
        namespace,
        name,
        uid,
        position,
        valid_from,
        json_extract_string(status, '$.containerStatuses[*].state.waiting.message')[1] AS message
    FROM pods_history
    WHERE phase = 'Pending' AND regexp_matches(reason, 'Err|BackOff')
),
stuck AS (
    SELECT
        namespace,
        regexp_extract(owner_chain, '^Deployment/([^ ]+) > ', 1) AS deployment,
        min(created) AS created,
        min(valid_from) AS since,
        max(delete_requested) AS until,
        arg_max(message, position) AS message
    FROM waiting JOIN pod_lifecycles USING (namespace, name, uid)
    WHERE deployment <> ''
    GROUP BY namespace, owner_chain
),
changes AS (
    SELECT namespace, name AS deployment, received, "user" AS who
    FROM events
    WHERE resource = 'deployments' AND outcome = 'written' AND NOT starts_with("user", 'system:')
)
SELECT
    stuck.namespace || '/' || stuck.deployment AS rollout,
    strftime(began.received, '%H:%M:%S') AS begun,
    began.who AS by,
    round(date_diff('millisecond', since, until) / 1000, 1) AS seconds,
    stuck.message AS why,
    if(ended.received > began.received, ended.who, NULL) AS ended_by
FROM stuck
ASOF LEFT JOIN changes AS began
    ON began.namespace = stuck.namespace
    AND began.deployment = stuck.deployment
    AND began.received <= stuck.created
ASOF LEFT JOIN changes AS ended
    ON ended.namespace = stuck.namespace
    AND ended.deployment = stuck.deployment
    AND ended.received <= stuck.until
ORDER BY seconds DESC NULLS FIRST, rollout
LIMIT 5
