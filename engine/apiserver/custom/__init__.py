"""Custom resources: what the API server makes of them by their definition's schema."""
