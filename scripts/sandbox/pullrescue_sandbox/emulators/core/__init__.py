"""What the emulators share: an HTTP server, validation by the service models of botocore, docker hosts and log streams."""
