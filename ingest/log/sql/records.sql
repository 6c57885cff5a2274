-- What was ingested, what was only counted, and what was lost or odd.

CREATE VIEW anomalies AS SELECT * FROM stored.anomalies ORDER BY source, name;

CREATE VIEW sources AS SELECT * FROM stored.sources ORDER BY source;

CREATE VIEW reads AS SELECT * FROM stored.reads ORDER BY count DESC, component, verb, api_group, resource;
