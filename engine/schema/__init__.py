"""What Kubernetes' types are: resources, fields, merge keys; a data file and its readers."""
