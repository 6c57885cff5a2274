-- What the scheduler decided beside what its model does: made by `replay --verify`.

CREATE VIEW scheduling_decisions AS
SELECT * EXCLUDE (scores) FROM stored.scheduling_decisions ORDER BY decision;

CREATE VIEW scheduling_scores AS
SELECT
    decision,
    score.node AS node,
    score.plugin AS plugin,
    score.reason AS reason,
    score.raw AS raw,
    score.normalized AS normalized,
    score.weighted AS weighted
FROM (SELECT decision, unnest(scores) AS score FROM stored.scheduling_decisions)
ORDER BY decision, node, plugin;

COMMENT ON VIEW scheduling_scores IS 'What each plugin says of each node at each decision, as the model finds: why it rejects the node, or how it scores it.';
COMMENT ON COLUMN scheduling_scores.decision IS 'number of the decision in scheduling_decisions';
COMMENT ON COLUMN scheduling_scores.node IS 'the node';
COMMENT ON COLUMN scheduling_scores.plugin IS 'the plugin';
COMMENT ON COLUMN scheduling_scores.reason IS 'why it rejects the node; null where it scores it';
COMMENT ON COLUMN scheduling_scores.raw IS 'its score; null where it rejects the node';
COMMENT ON COLUMN scheduling_scores.normalized IS 'its score from 0 to 100';
COMMENT ON COLUMN scheduling_scores.weighted IS 'that times its weight: a node''s sum decides';
