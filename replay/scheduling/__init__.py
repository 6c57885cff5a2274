"""Decisions of the recorded scheduler, asked of the model again."""
