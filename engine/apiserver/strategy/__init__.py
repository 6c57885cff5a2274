"""What the API server sets or resets of an object before it validates it."""
