-- The record in one row.
SELECT
    (SELECT count(*) FROM events WHERE outcome = 'written') AS written,
    (SELECT count(*) FROM events WHERE outcome = 'refused') AS refused,
    (SELECT count(*) FROM history WHERE type = 'PUT') AS versions,
    (SELECT count(*) FROM history WHERE type = 'PUT' AND known = 'partial') AS partial,
    (
        SELECT count(*)
        FROM (SELECT DISTINCT api_group, resource, namespace, name, uid FROM history)
    ) AS objects,
    (SELECT count(DISTINCT name) FROM history WHERE api_group = '' AND resource = 'nodes') AS nodes,
    (SELECT count(*) FROM pod_lifecycles) AS pods,
    -- The control plane's own programs call themselves by their version.
    (
        SELECT list(DISTINCT version ORDER BY version)
        FROM (
            SELECT regexp_extract(
                user_agent, '^kube-(apiserver|scheduler|controller-manager)/(v[0-9][0-9A-Za-z.+-]*)', 2
            ) AS version
            FROM events
        )
        WHERE version <> ''
    ) AS kubernetes
