-- Writes by who made them; the busiest first.
SELECT
    component,
    count(*) FILTER (outcome = 'written') AS written,
    count(*) FILTER (outcome = 'refused') AS refused,
    count(*) FILTER (outcome NOT IN ('written', 'refused')) AS without_effect
FROM events
GROUP BY component
ORDER BY written DESC, refused DESC, component;
