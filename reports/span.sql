-- The time that the record covers. Answers count: a write comes into force when it is answered.
SELECT
    epoch_us(min(received)) / 1000 AS start_ms,
    epoch_us(greatest(max(received), coalesce(max(answered), max(received)))) / 1000 AS end_ms
FROM events WHERE doubted IS NULL
