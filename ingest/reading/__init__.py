"""Reading the files of an ingest, in this process or by several others."""
