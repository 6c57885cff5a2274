-- How many writes each component asked for and how they ended: a row per slice of time, and one for
-- all of the time, whose begins_ms is null.
WITH span AS (
    SELECT min(epoch_us(received)) AS start_us, max(epoch_us(received)) AS end_us
    FROM events
    WHERE doubted IS NULL
),
writes AS (
    -- 120 slices: one can still be seen on a telephone.
    SELECT
        component,
        "user" AS who,
        resource,
        outcome,
        if(outcome = 'refused', coalesce(reason, code::VARCHAR, 'unknown'), NULL) AS refusal,
        -- The control plane, nodes and service accounts have this prefix; people have not.
        starts_with("user", 'system:') AS of_system,
        (end_us - start_us) // 120 + 1 AS slice_us,
        -- A time that cannot be right is put to the nearest end.
        greatest(start_us, least(end_us, epoch_us(received))) AS at_us,
        start_us + (at_us - start_us) // slice_us * slice_us AS begins_us
    FROM events CROSS JOIN span
    WHERE outcome <> 'read'
)
SELECT
    component,
    begins_us / 1000 AS begins_ms,
    any_value(slice_us) / 1000 AS slice_ms,
    NOT bool_and(of_system) AS by_people,
    count(DISTINCT who) AS users,
    any_value(who) AS a_user,
    count(*) AS requests,
    count(*) FILTER (outcome = 'written') AS written,
    count(*) FILTER (outcome = 'refused') AS refused,
    histogram(refusal) FILTER (refusal IS NOT NULL) AS refusals,
    if(begins_us IS NULL, histogram(resource), NULL) AS resources
FROM writes
GROUP BY GROUPING SETS ((component, begins_us), (component))
ORDER BY component, begins_ms NULLS FIRST
