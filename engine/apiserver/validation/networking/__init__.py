"""Validation of Services, their endpoints, Ingresses and policies of networks."""
