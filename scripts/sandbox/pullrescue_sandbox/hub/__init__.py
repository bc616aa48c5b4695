"""Docker Hub: a docker-registry behind nginx with hub.js, which hands out tokens and counts pulls."""
