"""`info`: what is in a trace, how well it is known, and what was lost."""
