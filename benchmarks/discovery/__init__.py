"""How well unknown organisations are found: on the sample network of link pages, and on the links of real websites."""
