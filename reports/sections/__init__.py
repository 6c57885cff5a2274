"""The sections of the report: one .py and one .sql each, listed in reports.registry."""
