"""Readers of what clusters wrote down, one file per kind of record."""
