-- Versions by kind; how many objects there are at the end, and how well they are known.
WITH versions AS (
    SELECT api_group, kind, resource, count(*) AS versions, count(*) FILTER (known = 'partial') AS partial
    FROM history GROUP BY ALL
), living AS (
    SELECT api_group, resource, count(*) AS alive FROM objects GROUP BY ALL
)
SELECT
    v.kind || CASE WHEN v.api_group = '' THEN '' ELSE '.' || v.api_group END AS kind,
    v.versions,
    coalesce(l.alive, 0) AS alive,
    v.partial
FROM versions AS v
LEFT JOIN living AS l USING (api_group, resource)
ORDER BY v.versions DESC, 1;
