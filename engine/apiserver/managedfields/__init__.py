"""Who set which field: managedFields, server-side apply, and the typed merge beneath both."""
