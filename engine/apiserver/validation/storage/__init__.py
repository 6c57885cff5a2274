"""Validation of volumes, claims of volumes, classes of storage and their drivers."""
