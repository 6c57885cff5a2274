"""The simulation's own machinery: chance in named, seeded streams."""
