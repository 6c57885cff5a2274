"""Floor 1: a cluster that runs in virtual time. No files, no DuckDB, no wall clock."""
