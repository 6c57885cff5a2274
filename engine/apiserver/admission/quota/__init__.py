"""What counts towards a ResourceQuota, resource by resource."""
