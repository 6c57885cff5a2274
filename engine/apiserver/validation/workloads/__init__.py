"""Validation of the kinds that make pods."""
