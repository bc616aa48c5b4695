"""Which shapes of builds a rescue fixes, run through the whole sandbox: scripts/bench/compatibility-matrix."""
