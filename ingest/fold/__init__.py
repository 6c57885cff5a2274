"""The rules by which a write's answer, or its absence, becomes versions of objects."""
