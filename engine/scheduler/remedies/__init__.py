"""What would have to change for a pod that fits nowhere, found by asking the model again."""
