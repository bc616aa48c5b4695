"""Amazon ECR: a docker-registry behind nginx with ecr.js, which asks moto about repositories and tags."""
