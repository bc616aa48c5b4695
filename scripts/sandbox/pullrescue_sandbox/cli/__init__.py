"""The commands of scripts/sandbox/sandbox, one module each."""
