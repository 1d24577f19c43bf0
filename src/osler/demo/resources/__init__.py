"""How each kind of resource is written: one file per family, plain functions that add to a `Record`."""
