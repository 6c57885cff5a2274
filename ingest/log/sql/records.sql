-- What was ingested, what was only counted, and what was lost or odd.

CREATE VIEW anomalies AS
SELECT * FROM stored.anomalies
UNION ALL BY NAME
SELECT
    'model_missed' AS name,
    'info' AS severity,
    e.file AS source,
    1 AS count,
    e.line AS first_line,
    p.miss AS example
FROM stored.placements AS p
JOIN stored.events AS e ON e.audit_id = p.audit_id AND e.received = p.received
WHERE p.model <> 'equal' AND e.stage <> 'RequestReceived'
UNION ALL BY NAME
SELECT
    'time_contradicts_order' AS name,
    'notice' AS severity,
    e.file AS source,
    1 AS count,
    e.line AS first_line,
    p.doubted || ': ' || e.received || ' to ' || coalesce(e.answered::VARCHAR, '?') AS example
FROM stored.placements AS p
JOIN stored.events AS e ON e.audit_id = p.audit_id AND e.received = p.received
WHERE p.doubted IS NOT NULL
ORDER BY source, name, first_line;

CREATE VIEW sources AS SELECT * FROM stored.sources ORDER BY source;

CREATE VIEW reads AS SELECT * FROM stored.reads ORDER BY received, component, verb, api_group, resource, mark;
