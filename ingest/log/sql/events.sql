-- The log. It is not sorted: DuckDB would sort all of it even to count the rows.
--
-- A request that was first logged without its answer has two rows in the store, of which the answered
-- one counts. Few have, so these are looked for first.
CREATE VIEW events AS
SELECT
    p.position,
    p.rv,
    p.outcome,
    p.model,
    p.miss,
    p.doubted,
    e.* REPLACE (
        coalesce(try_cast(e.request AS JSON), to_json(e.request)) AS request,
        coalesce(try_cast(e.response AS JSON), to_json(e.response)) AS response
    )
FROM stored.events AS e
LEFT JOIN stored.placements AS p ON p.audit_id = e.audit_id AND p.received = e.received
WHERE e.stage <> 'RequestReceived' OR (e.audit_id, e.received, e.verb) NOT IN (
    SELECT (answered.audit_id, answered.received, answered.verb)
    FROM stored.events AS answered
    WHERE answered.stage <> 'RequestReceived' AND answered.audit_id IN (
        SELECT open.audit_id FROM stored.events AS open WHERE open.stage = 'RequestReceived'
    )
);
