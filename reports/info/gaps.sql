-- Stretches in which nothing was received. A living cluster renews leases every few seconds, so
-- half a minute of silence means that the log is not whole. The longest first.
SELECT received AS silent_from, next_received AS silent_to,
    epoch(next_received - received) AS seconds
FROM (SELECT received, lead(received) OVER (ORDER BY received) AS next_received
    FROM events WHERE doubted IS NULL)
WHERE next_received - received > INTERVAL 30 SECONDS
ORDER BY seconds DESC, received
LIMIT 5;
