"""Validation of what governs a cluster: autoscaling, disruption, access, priority, webhooks."""
