"""The trace on disk: the event log and what is derived from it."""
