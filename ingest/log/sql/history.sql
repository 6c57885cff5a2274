-- A segment knows a version's end only if it holds it. Otherwise the end stands in the checkpoint of
-- the segment that does: among the checkpoints that a version is in, only in the last one.
CREATE VIEW stored.lifetimes AS
SELECT
    h.* EXCLUDE (segment)
    REPLACE (
        CASE WHEN h.type = 'PUT' THEN coalesce(h.valid_to, c.valid_to) END AS valid_to,
        CASE WHEN h.type = 'PUT' THEN coalesce(h.next_position, c.next_position) END
            AS next_position
    )
FROM stored.history AS h
LEFT JOIN (
    SELECT position, valid_to, next_position FROM stored.checkpoints WHERE next_position IS NOT NULL
) AS c ON c.position = h.position;

CREATE VIEW history AS
SELECT * REPLACE (try_cast(object AS JSON) AS object) FROM stored.lifetimes;

COMMENT ON COLUMN history.valid_to IS 'when the next version did, or the object was gone; null: in force at the end';
COMMENT ON COLUMN history.next_position IS 'position of the next version; null: in force at the end';
