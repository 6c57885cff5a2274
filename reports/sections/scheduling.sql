-- What the scheduler decided, once `replay --verify --only scheduler` has looked: rows of three
-- kinds. `decision`: each one; `rejection`: how often each plugin rejected a node; `score`: what the
-- plugins gave each node at the decision whose nodes differ most.
WITH totals AS (
    SELECT decision, node, sum(weighted) AS total
    FROM scheduling_scores
    WHERE weighted IS NOT NULL
    GROUP BY decision, node
),
shown AS (
    SELECT decision
    FROM totals
    GROUP BY decision
    ORDER BY count(DISTINCT total) DESC, decision
    LIMIT 1
)
SELECT
    'decision' AS kind,
    d.event,
    d.namespace || '/' || d.name AS pod,
    d.node,
    d.message,
    d.verdict,
    epoch_us(d.recorded_at) / 1000 AS at_ms,
    (epoch_us(d.recorded_at) - epoch_us(p.created)) / 1000 AS waited_ms,
    d.plugin,
    d.cause,
    d.because,
    NULL AS number
FROM scheduling_decisions AS d
LEFT JOIN pod_lifecycles AS p USING (namespace, name, uid)
UNION ALL BY NAME
SELECT 'rejection' AS kind, plugin, count(*) AS number
FROM scheduling_scores
WHERE reason IS NOT NULL
GROUP BY plugin
UNION ALL BY NAME
SELECT
    'score' AS kind,
    d.namespace || '/' || d.name AS pod,
    s.node,
    s.plugin,
    s.weighted AS number,
    epoch_us(d.recorded_at) / 1000 AS at_ms
FROM scheduling_scores AS s
JOIN shown USING (decision)
JOIN scheduling_decisions AS d USING (decision)
WHERE s.weighted IS NOT NULL
ORDER BY kind, at_ms, pod, plugin, node
