"""An emulator of Amazon ECS and AWS Batch that really pulls and runs containers.

moto knows clusters, task definitions and job definitions, but its tasks never fail to start. This emulator implements the
calls that start, stop and describe work (JSON 1.1 of ECS, REST of Batch, the shapes of the real services), gives each task
a fresh docker host, pulls every image on it, runs the containers, and sends "ECS Task State Change" and "Batch Job State
Change" events. It uses all other services as a client of the endpoint in AWS_ENDPOINT_URL.

Emulated of ECS: the reasons of a task that cannot pull, in the words of AWS Fargate and of the agent on EC2; stop codes;
client tokens, until an hour after their tasks; overrides of commands and variables; repositoryCredentials; awslogs; network interfaces, which are deleted
when the task has stopped; services that keep a desired count, wait longer after each round of tasks that did not start,
deploy new revisions and forced deployments, and stop the old tasks when the new ones run.

Emulated of CloudTrail: LookupEvents for calls of RunTask, late on request.

Emulated of Batch: a job is a task in a cluster of Batch; its parameters, the overrides of its command, and its end.

What is not emulated is listed in scripts/sandbox/README.md.
"""
