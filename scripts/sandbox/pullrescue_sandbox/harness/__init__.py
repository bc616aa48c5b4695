"""What tests, demonstrations and benchmarks use inside a sandbox: AWS clients, ECS workloads and the deployed stack."""
