"""How well languages are told apart, ours beside the libraries of the field. `make bench-languages`."""
