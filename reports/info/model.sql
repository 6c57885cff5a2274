-- How the modelled API server did on the recorded writes: by verb, kind and author, most misses first.
SELECT
    verb || ' ' || resource
        || CASE WHEN subresource = '' THEN '' ELSE '/' || subresource END
        || ' by ' || component AS writes,
    count(*) AS asked,
    count(*) FILTER (model = 'equal') AS equal,
    count(*) FILTER (model <> 'equal') AS missed
FROM events
WHERE model IS NOT NULL
GROUP BY 1
ORDER BY missed DESC, asked DESC, 1;
