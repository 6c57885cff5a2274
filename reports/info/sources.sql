-- What was ingested.
SELECT count(*) AS files, coalesce(sum(bytes), 0)::BIGINT AS bytes,
    (SELECT count(*) FROM reads) AS reads
FROM stored.sources;
