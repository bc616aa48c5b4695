"""A stand-in for AWS CodeBuild that really runs builds.

moto's CodeBuild answers SUCCEEDED to every build. This one takes the same calls (JSON 1.1, the shapes of the real
service), runs the buildspec's commands with a real dockerd, writes the log in CodeBuild's layout to CloudWatch Logs and
sends "CodeBuild Build State Change" events. Everything else (S3, Logs, EventBridge, ECR, Secrets Manager, SSM) it asks of
the endpoint in AWS_ENDPOINT_URL, as a client.

What is like CodeBuild: projects, StartBuild with its overrides and refusals, idempotency tokens, RetryBuild, automatic
retries, the phases with their contexts, variables and their precedence, one shell for all commands, a fresh docker host for
each build, the credentials with which the environment image is pulled.

What it does not do:
- IAM: no permission is checked, except the ECR repository policy when CodeBuild's own credentials pull the image.
- Curated images (aws/codebuild/...): commands run in a shell on this machine, in a folder of their own, without a container.
  From standard:8.0 on, docker is a newer one with buildx and compose (scripts/sandbox/newer-docker); before, it is the machine's.
- A privileged build with an image of the customer's own finds a docker host of its own at /var/run/docker.sock, where
  CodeBuild leaves it to the image to start one; its container is not privileged itself.
- Sources other than NO_SOURCE, S3 and what a pipeline hands over; secondary sources are kept and shown, not downloaded. Git commits, webhooks, badges.
- Uploading artifacts, caches, logs in S3, reports, exported variables, file systems, VPCs, fleets, debug sessions, tags.
- Batch builds other than a build-list; buildspec 0.1; run-as, runtime-versions, on-failure RETRY.
- Builds that need docker run one at a time (they share one network), so concurrent limits mean nothing.
- A command that calls `exit` ends the shell: the next phase starts with a new one, exported variables are gone by then.
- Windows, Lambda and ARM environments: the environment type is kept and shown, the machine stays what it is.
- RetryBuild keeps the overrides of the build it repeats; whether AWS does is not documented.
- Nothing is stored: projects and builds end with the process.
"""
