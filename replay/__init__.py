"""Floor 3: the recorded cluster explained, verified and played differently."""
