-- From the request for the pod until it was ready: waiting for a node, for its first container (images
-- are pulled in this time), and for its readiness probe.
SELECT
    namespace,
    name AS pod,
    node,
    round(ready_seconds, 1) AS seconds,
    round(scheduling_seconds, 1) AS to_node,
    round(starting_seconds, 1) AS to_start,
    round(date_diff('millisecond', started, ready) / 1000, 1) AS to_ready
FROM pod_lifecycles
WHERE ready_seconds IS NOT NULL
ORDER BY ready_seconds DESC, namespace, pod
LIMIT 5
