-- What the record lost, by kind; the worst first.
SELECT
    name,
    severity,
    sum("count")::BIGINT AS times,
    count(DISTINCT source) AS sources,
    min(source) AS a_source
FROM anomalies
WHERE severity IN ('data_loss', 'error')
GROUP BY name, severity
ORDER BY severity = 'error' DESC, times DESC, name
