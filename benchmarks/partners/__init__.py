"""Partners abroad: statements that are known, and how many of them are read as they should be."""
