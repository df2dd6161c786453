"""How well an end is told from everything that only looks like one. `make eval-ceased`; docs/ceased.md."""
