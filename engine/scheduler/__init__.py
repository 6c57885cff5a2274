"""kube-scheduler: its framework and default plugins as a deterministic library."""
