"""What decoding JSON into Kubernetes' Go types and encoding it again makes of it."""
