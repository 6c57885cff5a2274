-- When something was first so. All times are those of the record, to the microsecond, so that they
-- can be compared; only what was so already when a pod older than the log was first seen has the
-- time that the pod itself tells, in whole seconds.
CREATE MACRO since(seen, first_seen, from_start, told) AS
    CASE WHEN seen > first_seen OR from_start THEN seen ELSE coalesce(told, seen) END;

CREATE MACRO seconds_between(earlier, later) AS date_diff('microsecond', earlier, later) / 1e6;

-- What the lives of pods are made of, version by version.
CREATE VIEW stored.pod_versions AS
SELECT
    * EXCLUDE (init_statuses, init_specs, awaited),
    pod_restarts(
        statuses, init_statuses, init_specs, awaited, is_initialized(awaited, conditions)
    ) AS restarts
FROM (
    SELECT
        * EXCLUDE (object, found),
        found[1] AS phase,
        found[2] AS reason,
        found[3] AS node,
        try_cast(found[4] AS TIMESTAMPTZ) AS created,
        found[5] IS NOT NULL AS deleting,
        found[6] AS owner_references,
        conditions_of(found[7]) AS conditions,
        container_statuses(found[8]) AS statuses,
        container_statuses(found[9]) AS init_statuses,
        container_specs(found[10]) AS init_specs,
        awaited_init_container(init_statuses, init_specs) AS awaited
    FROM (
        SELECT
            *,
            try(json_extract_string(object, [
                '$.status.phase',
                '$.status.reason',
                '$.spec.nodeName',
                '$.metadata.creationTimestamp',
                '$.metadata.deletionTimestamp',
                '$.metadata.ownerReferences',
                '$.status.conditions',
                '$.status.containerStatuses',
                '$.status.initContainerStatuses',
                '$.spec.initContainers'
            ])) AS found
        FROM stored.history
        WHERE resource = 'pods' AND api_group = ''
    )
);

-- Who controls the controllers, as it was when each was made.
CREATE VIEW stored.controllers AS
SELECT DISTINCT ON (uid)
    uid,
    controller(owners) AS owner,
    controller_uid(owners) AS owner_uid
FROM (
    SELECT
        uid,
        position,
        try(json_extract_string(object, '$.metadata.ownerReferences')) AS owners
    FROM stored.history
    WHERE change IN ('created', 'seen') AND resource NOT IN ('pods', 'events') AND object IS NOT NULL
)
WHERE owners IS NOT NULL
ORDER BY position;

CREATE VIEW pod_lifecycles AS
WITH RECURSIVE lives AS (
    SELECT
        namespace,
        name,
        uid,
        count_if(change = 'created') > 0 AS known_from_start,
        min(valid_from) AS first_seen,
        min(created) AS created_told,
        arg_max_null(node, position) FILTER (type = 'PUT') AS node,
        arg_max_null(owner_references, position) FILTER (type = 'PUT') AS owner_references,
        arg_max_null(phase, position) FILTER (type = 'PUT') AS last_phase,
        arg_max_null(conditions, position) FILTER (type = 'PUT') AS last_conditions,
        -- A deleted pod's containers are stopped, so that its own end shows only before that.
        arg_max_null(phase, position) FILTER (type = 'PUT' AND NOT deleting) AS own_phase,
        arg_max_null(reason, position) FILTER (type = 'PUT' AND NOT deleting) AS own_reason,
        arg_max_null(statuses, position) FILTER (type = 'PUT' AND NOT deleting) AS own_statuses,
        max(restarts) AS restarts,
        min(valid_from) FILTER (node IS NOT NULL) AS scheduled,
        min(valid_from) FILTER (condition(conditions, 'Initialized').status = 'True')
            AS initialized,
        min(valid_from) FILTER (has_started(statuses)) AS started,
        min(valid_from) FILTER (condition(conditions, 'Ready').status = 'True') AS ready,
        min(valid_from) FILTER (deleting) AS delete_requested,
        arg_min_null(audit_id, position) FILTER (deleting) AS delete_audit_id,
        min(valid_from) FILTER (type = 'DELETE') AS gone,
        arg_min_null(audit_id, position) FILTER (type = 'DELETE') AS gone_audit_id,
        arg_min_null(conditions, position) AS first_conditions,
        arg_min_null(statuses, position) AS first_statuses
    FROM stored.pod_versions
    GROUP BY namespace, name, uid
),

chains AS (
    SELECT
        namespace,
        name,
        uid,
        controller(owner_references) AS chain,
        controller_uid(owner_references) AS top
    FROM lives
    UNION ALL
    SELECT c.namespace, c.name, c.uid, o.owner || ' > ' || c.chain, o.owner_uid
    FROM chains AS c
    JOIN stored.controllers AS o ON o.uid = c.top
    -- An object can name any uid as its owner, even in a circle.
    WHERE o.owner IS NOT NULL AND length(c.chain) < 2000
),

deletions AS (
    SELECT
        l.namespace,
        l.name,
        l.uid,
        any_value(e.component) AS component,
        any_value(e.user) AS user
    FROM lives AS l
    JOIN stored.events AS e ON e.audit_id = coalesce(l.delete_audit_id, l.gone_audit_id)
    GROUP BY l.namespace, l.name, l.uid
),

moments AS (
    SELECT
        * EXCLUDE (delete_requested)
        REPLACE (
            since(
                scheduled, first_seen, known_from_start,
                try_cast(condition(first_conditions, 'PodScheduled').lastTransitionTime AS TIMESTAMPTZ)
            ) AS scheduled,
            since(
                initialized, first_seen, known_from_start,
                try_cast(condition(first_conditions, 'Initialized').lastTransitionTime AS TIMESTAMPTZ)
            ) AS initialized,
            since(started, first_seen, known_from_start, first_started(first_statuses)) AS started,
            since(
                ready, first_seen, known_from_start,
                try_cast(condition(first_conditions, 'Ready').lastTransitionTime AS TIMESTAMPTZ)
            ) AS ready
        ),
        if(known_from_start, first_seen, created_told) AS created,
        least(delete_requested, gone) AS delete_requested,
        condition(last_conditions, 'DisruptionTarget').reason AS disruption
    FROM lives
)

SELECT
    m.namespace,
    m.name,
    m.created,
    m.scheduled,
    m.initialized,
    m.started,
    m.ready,
    m.delete_requested,
    m.gone,
    CASE
        WHEN m.own_phase = 'Succeeded' THEN 'Succeeded'
        WHEN m.own_phase = 'Failed' AND out_of_memory(m.own_statuses) THEN 'OOMKilled'
        WHEN m.own_phase = 'Failed' THEN coalesce(nullif(m.own_reason, ''), 'Failed')
        WHEN m.disruption = 'PreemptionByScheduler' THEN 'Preempted'
        WHEN m.disruption IN ('EvictionByEvictionAPI', 'DeletionByTaintManager') THEN 'Evicted'
        WHEN m.gone IS NOT NULL THEN 'Deleted'
        WHEN m.delete_requested IS NOT NULL THEN 'Terminating'
        ELSE m.last_phase
    END AS ended,
    m.node,
    m.uid,
    controller(m.owner_references) AS owner,
    (
        SELECT max_by(c.chain, length(c.chain)) FROM chains AS c
        WHERE c.uid = m.uid AND c.namespace = m.namespace AND c.name = m.name
    ) AS owner_chain,
    seconds_between(m.created, m.scheduled) AS scheduling_seconds,
    seconds_between(m.scheduled, m.started) AS starting_seconds,
    seconds_between(m.created, m.ready) AS ready_seconds,
    seconds_between(m.delete_requested, m.gone) AS terminating_seconds,
    seconds_between(m.created, m.gone) AS lifetime_seconds,
    m.restarts,
    m.last_phase,
    d.component AS deleted_by,
    d.user AS deleted_by_user,
    m.known_from_start
FROM moments AS m
LEFT JOIN deletions AS d
    ON d.namespace = m.namespace AND d.name = m.name AND d.uid IS NOT DISTINCT FROM m.uid
ORDER BY m.namespace, m.created, m.name;

COMMENT ON VIEW pod_lifecycles IS 'One row per pod: when it came to what, how it ended, and by whom. Times are when the record first shows it.';
COMMENT ON COLUMN pod_lifecycles.namespace IS 'its namespace';
COMMENT ON COLUMN pod_lifecycles.name IS 'its name';
COMMENT ON COLUMN pod_lifecycles.created IS 'when it was created; whole seconds if that was before the log';
COMMENT ON COLUMN pod_lifecycles.scheduled IS 'when it was bound to a node';
COMMENT ON COLUMN pod_lifecycles.initialized IS 'when its init containers had succeeded';
COMMENT ON COLUMN pod_lifecycles.started IS 'when its first container (init containers apart) had started';
COMMENT ON COLUMN pod_lifecycles.ready IS 'when it was ready for the first time';
COMMENT ON COLUMN pod_lifecycles.delete_requested IS 'when it was asked to go';
COMMENT ON COLUMN pod_lifecycles.gone IS 'when it was gone';
COMMENT ON COLUMN pod_lifecycles.ended IS 'Succeeded, Failed (or why: OOMKilled, Evicted, DeadlineExceeded, …), Preempted, Evicted, Deleted; Terminating or the last phase if it was there at the end';
COMMENT ON COLUMN pod_lifecycles.node IS 'the node that it was bound to';
COMMENT ON COLUMN pod_lifecycles.uid IS 'its uid';
COMMENT ON COLUMN pod_lifecycles.owner IS 'its controller, as Kind/name';
COMMENT ON COLUMN pod_lifecycles.owner_chain IS 'its controllers from the top, as Deployment/web > ReplicaSet/web-5d9c';
COMMENT ON COLUMN pod_lifecycles.scheduling_seconds IS 'from created to scheduled';
COMMENT ON COLUMN pod_lifecycles.starting_seconds IS 'from scheduled to started';
COMMENT ON COLUMN pod_lifecycles.ready_seconds IS 'from created to ready';
COMMENT ON COLUMN pod_lifecycles.terminating_seconds IS 'from delete_requested to gone';
COMMENT ON COLUMN pod_lifecycles.lifetime_seconds IS 'from created to gone';
COMMENT ON COLUMN pod_lifecycles.restarts IS 'most restarts that it showed';
COMMENT ON COLUMN pod_lifecycles.last_phase IS 'the last phase that it showed';
COMMENT ON COLUMN pod_lifecycles.deleted_by IS 'the component that asked for its deletion';
COMMENT ON COLUMN pod_lifecycles.deleted_by_user IS 'the user of that request';
COMMENT ON COLUMN pod_lifecycles.known_from_start IS 'false if it existed before the log began';
