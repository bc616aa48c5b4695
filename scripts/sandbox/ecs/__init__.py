"""A stand-in for Amazon ECS and AWS Batch that really pulls and runs containers.

moto knows clusters, task definitions and job definitions, but its tasks never fail to start. This one takes the calls that
start, stop and describe work (JSON 1.1 of ECS, REST of Batch, the shapes of the real services), gives each task a fresh
docker host, pulls every image on it, runs the containers, and sends "ECS Task State Change" and "Batch Job State Change"
events. Everything else it asks of the endpoint in AWS_ENDPOINT_URL, as a client.

What is like ECS: the reasons of a task that cannot pull, in the words of AWS Fargate and of the agent on EC2; stop codes;
client tokens; overrides of commands and variables; repositoryCredentials; logs by awslogs; network interfaces, which are
gone when the task has stopped; services that keep a desired count, wait longer after each round of tasks that did not
start, take new revisions and forced deployments, and stop the old tasks when the new ones run.

What is like CloudTrail: the calls of RunTask can be looked up, at once.

What is like Batch: a job is a task of a cluster of Batch's own; its parameters, its command's overrides, and its end.

What it does not do:
- IAM: no permission is checked. A task has no role's credentials.
- On Fargate docker pulls here, not containerd: what it says is put into the words that Fargate is known for. Each pull is
  tried once, and the reasons say "1 time(s)".
- The delay between rounds grows from 8 to 60 seconds; at ECS it grows to 27 minutes.
- Health checks, dependencies between containers, volumes, links, port mappings, memory limits, placement, container
  instances, images that a host has from before, capacity providers beyond their names, load balancers, circuit breakers,
  version consistency, daemon services, scaling, task sets, deployments of CodeDeploy, ECS Exec.
- Batch: queues and compute environments (any name is a queue), array and multi-node jobs, dependencies, timeouts,
  retries, jobs of several containers, jobs on EKS.
- Nothing is stored: tasks, services and jobs end with the process.
"""
