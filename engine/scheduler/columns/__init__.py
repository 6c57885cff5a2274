"""The fast form of the scheduler: all nodes at once, in columns that follow each change."""
