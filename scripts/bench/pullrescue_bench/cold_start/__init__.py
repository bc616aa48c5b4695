"""How long the deployed functions take to start: scripts/bench/cold-start."""
