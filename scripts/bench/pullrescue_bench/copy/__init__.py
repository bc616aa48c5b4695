"""How long copying an image takes, compared with other tools: scripts/bench/copy."""
