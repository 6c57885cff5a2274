"""Patches of all kinds but server-side apply, and the patches that turn one object into another."""
