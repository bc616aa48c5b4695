"""How long the deployed functions take to start: scripts/cold-start."""
