"""How scheduling decisions are shown."""
