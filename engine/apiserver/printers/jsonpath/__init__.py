"""Kubernetes' dialect of JSONPath: columns of custom resources, `-o jsonpath`, `--sort-by`."""
