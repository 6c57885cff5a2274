-- What was ingested.
SELECT count(*) AS files, coalesce(sum(bytes), 0)::BIGINT AS bytes,
    (SELECT coalesce(sum(count), 0)::BIGINT FROM reads) AS reads
FROM stored.sources;
