"""Floor 3: what is shown: tables, text as kubectl prints it, pages."""
