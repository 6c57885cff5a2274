-- A new stretch begins with each version of a pod that shows another phase, reason, readiness or node
-- than the version before. The end of its last version is the end of the stretch.
CREATE VIEW pod_phases AS
WITH changes AS (
    SELECT
        *,
        coalesce(
            phase IS DISTINCT FROM lag(phase) OVER life
            OR reason IS DISTINCT FROM lag(reason) OVER life
            OR is_ready IS DISTINCT FROM lag(is_ready) OVER life
            OR node IS DISTINCT FROM lag(node) OVER life
            OR lag(position) OVER life IS NULL,
            true
        ) AS changed
    FROM pods_history
    WINDOW life AS (PARTITION BY namespace, name, uid ORDER BY position)
),

stretches AS (
    SELECT
        *,
        count_if(changed) OVER (PARTITION BY namespace, name, uid ORDER BY position) AS stretch
    FROM changes
)

SELECT
    namespace,
    name,
    uid,
    min(valid_from) AS valid_from,
    arg_max_null(valid_to, position) AS valid_to,
    any_value(phase) AS phase,
    any_value(reason) AS reason,
    any_value(is_ready) AS is_ready,
    any_value(node) AS node,
    any_value(owner) AS owner,
    max(restarts) AS restarts
FROM stretches
GROUP BY namespace, name, uid, stretch
-- Several writes can come into force at one time; what lasted for no time was not a phase.
HAVING arg_max_null(valid_to, position) IS DISTINCT FROM min(valid_from)
ORDER BY namespace, name, valid_from;

COMMENT ON VIEW pod_phases IS 'Each stretch of time in which a pod showed the same phase, reason, readiness and node.';
COMMENT ON COLUMN pod_phases.namespace IS 'namespace of the pod';
COMMENT ON COLUMN pod_phases.name IS 'name of the pod';
COMMENT ON COLUMN pod_phases.uid IS 'uid of the pod';
COMMENT ON COLUMN pod_phases.valid_from IS 'when the stretch began';
COMMENT ON COLUMN pod_phases.valid_to IS 'when it ended; null: it lasts until the end of the trace';
COMMENT ON COLUMN pod_phases.phase IS 'Pending, Running, Succeeded, Failed or Unknown';
COMMENT ON COLUMN pod_phases.reason IS 'what kubectl shows as STATUS, such as CrashLoopBackOff';
COMMENT ON COLUMN pod_phases.is_ready IS 'whether the pod gets traffic';
COMMENT ON COLUMN pod_phases.node IS 'its node; null until it is bound';
COMMENT ON COLUMN pod_phases.owner IS 'its controller, as Kind/name';
COMMENT ON COLUMN pod_phases.restarts IS 'restarts so far';
