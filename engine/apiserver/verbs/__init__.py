"""What the API server does with a write: from the request and the object before it to the next."""
