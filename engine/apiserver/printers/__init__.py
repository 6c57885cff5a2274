"""The tables that the API server makes of objects for `kubectl get`."""
