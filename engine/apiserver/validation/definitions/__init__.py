"""CustomResourceDefinitions: their names, versions and schemas."""
