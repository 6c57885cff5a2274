-- What people asked to be deleted: the system's own accounts all begin with system:. With an object go
-- those that it owns, unless they are made orphans; its pods are found by their owners or namespace.
WITH asked AS (
    SELECT
        received,
        "user" AS who,
        resource,
        coalesce(namespace, name) AS namespace,
        name,
        request ->> '$.propagationPolicy' AS policy,
        outcome,
        reason
    FROM events
    WHERE verb = 'delete' AND NOT starts_with("user", 'system:')
)
SELECT
    strftime(asked.received, '%H:%M:%S') AS at,
    asked.who,
    asked.resource || ' ' || asked.name AS what,
    if(asked.outcome = 'written', coalesce(lower(asked.policy), 'default'), lower(asked.reason)) AS how,
    count(pods.uid) AS pods_gone
FROM asked
LEFT JOIN pod_lifecycles AS pods
    ON asked.outcome = 'written'
    AND asked.policy IS DISTINCT FROM 'Orphan'
    AND pods.namespace = asked.namespace
    AND pods.created < asked.received
    AND pods.delete_requested >= asked.received
    AND (
        asked.resource = 'namespaces'
        OR (asked.resource = 'pods' AND pods.name = asked.name)
        OR list_contains(
            string_split(lower(pods.owner_chain), ' > '),
            regexp_replace(asked.resource, 's$', '') || '/' || asked.name
        )
    )
GROUP BY ALL
ORDER BY "at", what
