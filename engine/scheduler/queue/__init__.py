"""The scheduling queue: pods that are active, backing off or unschedulable, and those nominated."""
