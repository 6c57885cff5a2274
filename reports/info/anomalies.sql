-- What was lost or odd, the worst first.
SELECT name, severity, source, count, first_line, first_offset, example
FROM anomalies
ORDER BY list_position(['error', 'data_loss', 'notice', 'info'], severity), count DESC, name, source;
