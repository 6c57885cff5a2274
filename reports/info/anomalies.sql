-- What was lost or odd in each source, the worst first.
SELECT
    name,
    severity,
    source,
    sum(count)::BIGINT AS count,
    min(first_line) AS first_line,
    min(first_offset) AS first_offset
FROM anomalies
GROUP BY name, severity, source
ORDER BY list_position(['error', 'data_loss', 'notice', 'info'], severity), count DESC, name, source;
