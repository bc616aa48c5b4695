"""An emulator of AWS CodeBuild and AWS CodePipeline that really runs builds.

moto's CodeBuild answers SUCCEEDED to every build. This one accepts the same calls (JSON 1.1, the shapes of the real
service), runs the commands of the buildspec with a real dockerd, writes the log in CodeBuild's layout to CloudWatch Logs
and sends "CodeBuild Build State Change" events. It uses all other services (S3, Logs, EventBridge, ECR, Secrets Manager,
SSM) as a client of the endpoint in AWS_ENDPOINT_URL.

Emulated are projects, StartBuild with its overrides and rejections, idempotency tokens, RetryBuild, automatic retries,
the phases with their contexts, variables and their precedence, one shell for all commands, a fresh docker host for each
build, and the credentials with which the environment image is pulled. What is not emulated is listed in
scripts/sandbox/README.md.
"""
