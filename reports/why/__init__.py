"""How it is told why a pod does not run."""
