"""Resources of CloudFormation that claims are made of. Names are fixed, so that claims and cleanup know them."""

import json

from acceptance import naming

CURATED = "aws/codebuild/standard:7.0"
# An address range that is used inside of the run's own network only.
NETWORK = "10.81.0.0/24"
FAILURE_FILE = "failure.txt"


def ref(logical):
    return {"Ref": logical}


def attribute(logical, name):
    return {"Fn::GetAtt": [logical, name]}


def trust(service):
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
    }


def role(name, service, statements, managed=()):
    policy = {"PolicyName": "acceptance", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "AssumeRolePolicyDocument": trust(service),
            "Policies": [policy] if statements else [],
            "ManagedPolicyArns": list(managed),
        },
    }


def allow(actions, resources):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resources}


def base(account):
    """Returns what every run needs: a bucket for sources, queues for events, log groups, roles."""
    queue = account.arn("sqs", naming.EVENT_QUEUE)
    notifications = account.arn("sqs", naming.NOTIFICATION_QUEUE)
    rules = {
        "PublishedEvents": {"source": [naming.PRODUCT]},
        "BuildEvents": {
            "source": ["aws.codebuild"],
            "detail-type": ["CodeBuild Build State Change"],
            "detail": {"project-name": [{"prefix": naming.PREFIX}]},
        },
        "TaskEvents": {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {"clusterArn": [account.arn("ecs", f"cluster/{naming.CLUSTER}")]},
        },
        "JobEvents": {
            "source": ["aws.batch"],
            "detail-type": ["Batch Job State Change"],
            "detail": {"jobName": [{"prefix": naming.PREFIX}]},
        },
    }
    found = {
        "Sources": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": account.bucket}},
        "Events": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": naming.EVENT_QUEUE}},
        "Notifications": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": naming.NOTIFICATION_QUEUE}},
        "QueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [ref("Events"), ref("Notifications")],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": service},
                            "Action": "sqs:SendMessage",
                            "Resource": target,
                            "Condition": {"StringEquals": {"aws:SourceAccount": account.id}},
                        }
                        for service, target in (("events.amazonaws.com", queue), ("sns.amazonaws.com", notifications))
                    ],
                },
            },
        },
        "BuildLogs": log_group(naming.BUILD_LOGS),
        "BuildRole": role(
            naming.BUILD_ROLE,
            "codebuild.amazonaws.com",
            [
                allow(
                    ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
                    account.arn("logs", f"log-group:{naming.BUILD_LOGS}*"),
                ),
                allow(
                    ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
                    f"arn:{account.partition}:s3:::{account.bucket}/*",
                ),
                allow(
                    ("s3:ListBucket", "s3:GetBucketLocation", "s3:GetBucketAcl"),
                    f"arn:{account.partition}:s3:::{account.bucket}",
                ),
                allow(
                    ("codebuild:StartBuild", "codebuild:StopBuild", "codebuild:RetryBuild"),
                    account.arn("codebuild", f"project/{naming.PREFIX}*"),
                ),
            ],
            [account.pull_policy()],
        ),
    }
    for logical, pattern in rules.items():
        found[logical] = {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": f"{naming.PREFIX}{logical.removesuffix('Events').lower()}",
                "EventPattern": {"account": [account.id], **pattern},
                "State": "ENABLED",
                "Targets": [{"Id": "queue", "Arn": attribute("Events", "Arn")}],
            },
        }
    return found


def log_group(name):
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name, "RetentionInDays": 1}}


def network():
    """Returns a network with one public subnet, in which tasks reach ECR. It costs nothing."""
    return {
        "Network": {
            "Type": "AWS::EC2::VPC",
            "Properties": {"CidrBlock": NETWORK, "EnableDnsSupport": True, "EnableDnsHostnames": True},
        },
        "Gateway": {"Type": "AWS::EC2::InternetGateway", "Properties": {}},
        "Attachment": {
            "Type": "AWS::EC2::VPCGatewayAttachment",
            "Properties": {"VpcId": ref("Network"), "InternetGatewayId": ref("Gateway")},
        },
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": ref("Network"), "CidrBlock": NETWORK.replace("/24", "/26")},
        },
        "Routes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": ref("Network")}},
        "RoutesOfSubnet": {
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": {"SubnetId": ref("Subnet"), "RouteTableId": ref("Routes")},
        },
        "DefaultRoute": {
            "Type": "AWS::EC2::Route",
            "DependsOn": "Attachment",
            "Properties": {
                "RouteTableId": ref("Routes"),
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": ref("Gateway"),
            },
        },
        "NoIngress": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": "Tasks of scripts/acceptance: nothing may enter",
                "VpcId": ref("Network"),
            },
        },
    }


def execution(account):
    """Returns the role with which tasks and jobs pull and log, their log group, and the cluster."""
    managed = f"arn:{account.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    return {
        "ExecutionRole": role(naming.EXECUTION_ROLE, "ecs-tasks.amazonaws.com", [], [managed, account.pull_policy()]),
        "TaskLogs": log_group(naming.TASK_LOGS),
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": naming.CLUSTER}},
        **network(),
    }


def project(account, suffix, buildspec, *, image=CURATED, kind="LINUX_CONTAINER", privileged=True, source=None, **more):
    """Returns a project whose source is SUFFIX.zip. buildspec: phases, or the name of a file of the source."""
    curated = image.startswith("aws/codebuild/")
    text = buildspec if isinstance(buildspec, str) else json.dumps({"version": 0.2, **buildspec}, indent=1)
    given = {"Type": "S3", "Location": f"{account.bucket}/{suffix}.zip", "BuildSpec": text}
    environment = {
        "Type": kind,
        "ComputeType": "BUILD_GENERAL1_SMALL",
        "Image": image,
        "PrivilegedMode": privileged,
        "EnvironmentVariables": [{"Name": "HOSTS_FILE", "Value": account.hosts_file, "Type": "PLAINTEXT"}],
        # CodeBuild's own credentials are for its curated images and for repositories whose policy allows them.
        "ImagePullCredentialsType": "CODEBUILD" if curated or ".dkr.ecr." in image else "SERVICE_ROLE",
        **more.pop("Environment", {}),
    }
    return {
        "Type": "AWS::CodeBuild::Project",
        "DependsOn": more.pop("DependsOn", ["BuildRole"]),
        "Properties": {
            "Name": f"{naming.PREFIX}{suffix}",
            "ServiceRole": account.role(naming.BUILD_ROLE),
            "Artifacts": {"Type": "NO_ARTIFACTS"},
            "Source": source or given,
            "Environment": environment,
            "LogsConfig": {"CloudWatchLogs": {"Status": "ENABLED", "GroupName": naming.BUILD_LOGS}},
            "TimeoutInMinutes": 15,
            **more,
        },
    }


# ---- commands of builds

# The first attempt prints what a rejected pull prints, and asks Docker Hub for nothing. The text is in a file, because
# CodeBuild logs commands too.
FAIL_FIRST = f'if [ -z "${{{naming.ATTEMPT}:-}}" ]; then cat {FAILURE_FILE}; false; fi'


def in_retry(command):
    """Returns the command for retries only: post_build runs after a failed build too."""
    return f'if [ -n "${{{naming.ATTEMPT}:-}}" ]; then {command}; fi'


# In the retry no program reaches Docker Hub, so that success proves the mirrored image.
BLOCK_DOCKER_HUB = in_retry(
    "printf '127.0.0.1 %s\\n' registry-1.docker.io auth.docker.io >>\"$HOSTS_FILE\""
    ' && echo "Docker Hub is at $(getent hosts registry-1.docker.io | head -n 1)"'
)


def rescued(build, post_build=()):
    """Returns the phases of a build that fails at first; in the retry it runs these commands without Docker Hub."""
    phases = {"build": {"commands": [FAIL_FIRST, BLOCK_DOCKER_HUB, *map(in_retry, build)]}}
    if post_build:
        phases["post_build"] = {"commands": list(map(in_retry, post_build))}
    return {"phases": phases}


def rejected_pull(image):
    """Returns what docker build prints when Docker Hub rejects the pull of an image."""
    return (
        f"Step 1/2 : FROM {image}\n"
        "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit\n"
    )


def source_files(image=naming.HUB_IMAGE, **more):
    return {"Dockerfile": f"FROM {image}\nRUN echo built\n", FAILURE_FILE: rejected_pull(image), **more}
