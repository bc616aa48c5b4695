"""A small AWS account and a rate-limited Docker Hub on one machine: see ../README.md."""
