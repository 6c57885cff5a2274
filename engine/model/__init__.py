"""Plain data and pure functions that everything else is written in."""
