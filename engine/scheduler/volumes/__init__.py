"""Volumes and claims as the volume plugins of the scheduler read them."""
