"""What the stand-ins for AWS services share: calls over HTTP, checked by the services' models, and docker hosts."""
