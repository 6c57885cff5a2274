"""The patches that lead from one object to another, as clients compute them."""
