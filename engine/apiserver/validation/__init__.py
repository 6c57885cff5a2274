"""What the API server refuses, field by field, in Kubernetes' own words."""
