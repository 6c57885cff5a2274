"""Objects as text, as `kubectl get` writes them."""
