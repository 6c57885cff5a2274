"""What the API server does with a request, and how it prints objects."""
