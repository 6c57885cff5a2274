-- One row per stretch in which a pod was in the same state, with what its lane says of the pod.
-- Of more pods than a page can hold, those created last are taken; pods_total tells.
WITH shown AS (
    SELECT
        *,
        row_number() OVER (ORDER BY created DESC NULLS LAST, namespace, name, uid) AS pod,
        count(*) OVER () AS pods_total
    FROM pod_lifecycles
    QUALIFY pod <= 3000
),
phases AS (
    SELECT
        shown.pod,
        shown.delete_requested,
        pod_phases.valid_from,
        pod_phases.valid_to,
        pod_phases.phase,
        pod_phases.reason,
        pod_phases.is_ready,
        pod_phases.node
    FROM shown
    JOIN pod_phases
        ON pod_phases.namespace = shown.namespace
        AND pod_phases.name = shown.name
        AND pod_phases.uid IS NOT DISTINCT FROM shown.uid
),
stretches AS (
    -- A pod whose deletion was requested is terminating, whatever its phase: the stretch in which
    -- that happened is cut in two.
    SELECT
        * REPLACE (least(valid_to, delete_requested) AS valid_to),
        false AS terminating
    FROM phases
    WHERE delete_requested IS NULL OR valid_from < delete_requested
    UNION ALL
    SELECT
        * REPLACE (greatest(valid_from, delete_requested) AS valid_from),
        true
    FROM phases
    WHERE delete_requested IS NOT NULL AND (valid_to IS NULL OR valid_to > delete_requested)
),
states AS (
    SELECT
        pod,
        valid_from,
        valid_to,
        reason,
        CASE
            WHEN terminating THEN 'terminating'
            WHEN phase = 'Failed' THEN 'failed'
            WHEN phase = 'Succeeded' THEN 'succeeded'
            WHEN phase = 'Running' AND is_ready THEN 'ready'
            -- Why a container waits that cannot start, in pkg/kubelet/images/types.go and
            -- pkg/kubelet/container/sync_result.go, and how one ended, as printPod shows it in
            -- pkg/printers/internalversion/printers.go (v1.36).
            WHEN regexp_full_match(
                reason,
                '(Init:)?(.*(BackOff|Error)|Err.*|InvalidImageName|RegistryUnavailable|'
                || 'SignatureValidationFailed|OOMKilled|ExitCode:.*|Signal:.*)'
            ) THEN 'error'
            WHEN phase = 'Pending' AND node IS NULL THEN 'unscheduled'
            WHEN phase = 'Pending' THEN 'starting'
            WHEN phase = 'Running' THEN 'unready'
            ELSE 'unknown'
        END AS state
    FROM stretches
)
SELECT
    shown.pods_total,
    (SELECT count(*) FROM shown) AS pods_shown,
    shown.pod,
    shown.namespace,
    shown.name,
    shown.owner_chain,
    shown.node,
    shown.restarts::BIGINT AS restarts,
    shown.ended,
    shown.deleted_by,
    shown.deleted_by_user,
    epoch_us(shown.created) / 1000 AS created_ms,
    states.state,
    -- kubectl's STATUS is mostly the phase again.
    if(states.reason IN ('Pending', 'Running', 'Terminating'), NULL, states.reason) AS reason,
    epoch_us(states.valid_from) / 1000 AS begins_ms,
    epoch_us(states.valid_to) / 1000 AS ends_ms
FROM shown JOIN states USING (pod)
ORDER BY shown.pod, begins_ms
