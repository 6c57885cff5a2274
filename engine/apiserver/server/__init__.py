"""The API server on the store: what clients ask of it, and what it writes."""
