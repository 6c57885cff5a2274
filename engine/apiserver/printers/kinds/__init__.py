"""One file of printers per group of kinds; registry.py lists them."""
