-- One row about the log and the history as a whole.
WITH log AS (
    SELECT
        count(*) AS events,
        min(received) FILTER (doubted IS NULL) AS first,
        max(greatest(answered, received)) FILTER (doubted IS NULL) AS last,
        count(*) FILTER (outcome = 'written') AS written,
        count(*) FILTER (outcome = 'refused') AS refused,
        count(*) FILTER (outcome = 'unchanged') AS unchanged,
        count(*) FILTER (outcome = 'dry_run') AS dry_run,
        count(*) FILTER (outcome = 'unanswered') AS unanswered,
        count(*) FILTER (outcome = 'unknown') AS unknown
    FROM events
), versions AS (
    SELECT
        count(*) AS versions,
        count(DISTINCT (api_group, resource, namespace, name)) AS objects,
        count(*) FILTER (known = 'observed') AS observed,
        count(*) FILTER (known = 'derived') AS derived,
        count(*) FILTER (known = 'partial') AS partial,
        count(*) FILTER (rv IS NULL AND type = 'PUT') AS hidden_revisions,
        count(*) FILTER (change <> 'seen') AS made,
        min(rv) FILTER (change <> 'seen') AS first_revision,
        max(rv) FILTER (change <> 'seen') AS last_revision
    FROM history
)
SELECT * FROM log, versions;
