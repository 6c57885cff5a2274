"""How the report looks: its HTML frame, its style and the script that draws its figures."""
