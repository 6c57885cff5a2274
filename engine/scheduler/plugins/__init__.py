"""The default plugins of kube-scheduler, one file each, and their registry."""
