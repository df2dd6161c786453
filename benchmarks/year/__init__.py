"""A year of nights by a simulated clock, with everything that happens to websites, machines and people in it."""
