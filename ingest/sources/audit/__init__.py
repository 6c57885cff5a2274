"""Audit logs of the API server: their envelope, framing, stages and columns."""
