"""Claims that cost more or need something of a person: an option each."""

import json
import re
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from acceptance import builds, naming
from acceptance.claim import Claim, NotTried, Refuted
from acceptance.claims import tasks
from acceptance.claims.builds import BUILD
from acceptance.resources import attribute, network, project, ref, rescued, role, source_files

ECR_PUBLIC_REGION = "us-east-1"
LARGE_REPOSITORY = f"{naming.PREFIX}large"
LARGE_GIGABYTES = 10
NETWORK_OF_BUILDS = "10.81.0.64/26"


class WebhookBuild(Claim):
    """A push to a repository of the person, which gets a branch that is deleted again."""

    id = "A12"
    says = (
        "A build that a webhook of GitHub started is retried with the commit that it had, and the status of the commit"
        " becomes success; its buildspec is read from the repository"
    )
    how = "a project with a webhook and `buildspec.yml` in its repository; push a commit whose build fails"
    option = "with_git"
    minutes, dollars = 20, 0.02
    not_in_sandbox = "the sandbox has no Git sources and no webhooks"
    suffix = "git"

    def resources(self, account):
        # CodeBuild reports the status of a webhook's build in any case; the retry must do it by itself.
        source = {"Type": "GITHUB", "Location": account.git_url, "ReportBuildStatus": False}
        triggers = {
            "Webhook": True,
            "FilterGroups": [
                [{"Type": "EVENT", "Pattern": "PUSH"}, {"Type": "HEAD_REF", "Pattern": f"^refs/heads/{naming.STACK}-"}]
            ],
        }
        return {"ProjectGit": project(account, self.suffix, "", source=source, Triggers=triggers)}

    def check(self, account):
        repository = re.search(r"github\.com[:/]([^/]+/[^/]+?)(?:\.git)?/?$", account.git_url)
        if repository is None:
            raise NotTried(f"{account.git_url} is no repository at github.com")
        branch = f"{naming.PREFIX}{account.run}"
        with tempfile.TemporaryDirectory() as folder:
            commit = self.push(account, folder, branch)
            try:
                return self.follow(account, repository[1], commit)
            finally:
                self.git(folder, "push", "--quiet", "origin", "--delete", branch)

    def git(self, folder, *arguments):
        result = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True)
        if result.returncode:
            raise NotTried(f"git {arguments[0]} failed: {result.stderr.strip()[-200:]}")
        return result.stdout.strip()

    def push(self, account, folder, branch):
        self.git(folder, "clone", "--quiet", "--depth", "1", account.git_url, ".")
        self.git(folder, "checkout", "--quiet", "-b", branch)
        spec = json.dumps({"version": 0.2, **rescued([BUILD])}, indent=1)
        for name, text in source_files(**{"buildspec.yml": spec}).items():
            Path(folder, name).write_text(text, encoding="utf-8")
        self.git(folder, "add", ".")
        self.git(
            folder, "-c", f"user.name={naming.STACK}", "-c", "user.email=acceptance@example.com",
            "commit", "--quiet", "-m", "Try pull-rescue",
        )  # fmt: skip
        self.git(folder, "push", "--quiet", "origin", branch)
        return self.git(folder, "rev-parse", "HEAD")

    def follow(self, account, repository, commit):
        def started():
            found = builds.history(account, self.suffix)
            return next((item for item in found if item.get("resolvedSourceVersion") == commit), None)

        first = builds.end(account, account.wait(started, f"a build of the commit {commit}", 10, NotTried)["id"])
        retried = account.events.wait(first["id"], naming.RETRIED, 20)["started"]
        second = builds.end(account, retried)
        if second["buildStatus"] != "SUCCEEDED":
            raise Refuted(f"{retried} ended as {second['buildStatus']}: {builds.last_lines(account, second)}")
        if second.get("resolvedSourceVersion") != commit:
            raise Refuted(f"{retried} built {second.get('resolvedSourceVersion')}, not {commit}")

        def state():
            """The combined status of the commit; of a public repository everybody may read it."""
            address = f"https://api.github.com/repos/{repository}/commits/{commit}/status"
            with urllib.request.urlopen(address, timeout=30) as answer:
                return json.load(answer)["state"]

        try:
            account.wait(lambda: state() == "success", f"the status success of {commit}", 3)
        except OSError as error:
            raise NotTried(f"{retried} SUCCEEDED; the status of {commit} cannot be read: {error}") from error
        return f"{first['id']}, then {retried} SUCCEEDED, and {commit} is marked as success"


class LargeLayer(Claim):
    """A build pushes an image with a layer of random bytes to Amazon ECR Public, from where it is mirrored."""

    id = "A15"
    says = f"ECR accepts one streamed PUT for a layer of {LARGE_GIGABYTES} GB, and a copy is continued within Lambda's 15 minutes"
    how = f"mirror an image with a layer of {LARGE_GIGABYTES} GB"
    option = "with_large"
    minutes, dollars = 60, 1.2
    not_in_sandbox = "the disk of this machine"
    suffix = "large"

    def resources(self, account):
        spec = {
            "phases": {
                "build": {
                    "commands": [
                        f"head -c {LARGE_GIGABYTES}G /dev/urandom >layer",
                        "printf 'FROM scratch\\nCOPY layer /layer\\n' >Dockerfile",
                        f"aws ecr-public get-login-password --region {ECR_PUBLIC_REGION}"
                        " | docker login --username AWS --password-stdin public.ecr.aws",
                        'docker build -t "$TARGET:1" . && docker push "$TARGET:1"',
                    ]
                }
            }
        }
        made = project(account, self.suffix, spec)
        made["Properties"]["Environment"]["ComputeType"] = "BUILD_GENERAL1_LARGE"
        made["Properties"]["TimeoutInMinutes"] = 60
        made["Properties"]["ServiceRole"] = account.role(f"{naming.PREFIX}large")
        made["DependsOn"] = ["LargeRole"]
        statements = [
            {
                "Effect": "Allow",
                "Action": ["ecr-public:*", "sts:GetServiceBearerToken", "logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:GetObjectVersion"],
                "Resource": f"arn:{account.partition}:s3:::{account.bucket}/*",
            },
        ]
        large = role(f"{naming.PREFIX}large", "codebuild.amazonaws.com", statements)
        return {"ProjectLarge": made, "LargeRole": large}

    def check(self, account):
        public = account.client("ecr-public", ECR_PUBLIC_REGION)
        target = public.create_repository(repositoryName=LARGE_REPOSITORY)["repository"]["repositoryUri"]
        account.upload(f"{self.suffix}.zip", {"README": "nothing"})
        variable = {"name": "TARGET", "value": target, "type": "PLAINTEXT"}
        build = builds.end(account, builds.start(account, self.suffix, environmentVariablesOverride=[variable]), 60)
        if build["buildStatus"] != "SUCCEEDED":
            raise NotTried(f"{build['id']} pushed no image: {builds.last_lines(account, build)}")
        digest = public.describe_images(repositoryName=LARGE_REPOSITORY)["imageDetails"][0]["imageDigest"]
        account.client("lambda").invoke(
            FunctionName=f"{naming.PRODUCT}-manual",
            InvocationType="Event",
            Payload=json.dumps({"image": f"{target}:1"}).encode(),
        )
        name = target.removeprefix("public.ecr.aws/")

        def mirrored():
            repositories = account.repositories(f"/{name}")
            ecr = account.client("ecr")
            for repository in repositories:
                images = ecr.list_images(repositoryName=repository)["imageIds"]
                if any(image.get("imageTag") == "1" for image in images):
                    return next(image["imageDigest"] for image in images if image.get("imageTag") == "1")
            return None

        found = account.wait(mirrored, f"the mirrored image of {target}:1", 60)
        if found != digest:
            raise Refuted(f"{target}:1 is {digest}, and {found} in the mirror")
        return f"{target}:1 with a layer of {LARGE_GIGABYTES} GB is {digest[:19]}... in both"


def private_network():
    """Returns a subnet without public addresses, behind a NAT gateway."""
    return {
        **network(),
        "Address": {"Type": "AWS::EC2::EIP", "DependsOn": ["Attachment"], "Properties": {"Domain": "vpc"}},
        "Nat": {
            "Type": "AWS::EC2::NatGateway",
            "Properties": {"SubnetId": ref("Subnet"), "AllocationId": attribute("Address", "AllocationId")},
        },
        "PrivateSubnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": ref("Network"), "CidrBlock": NETWORK_OF_BUILDS},
        },
        "PrivateRoutes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": ref("Network")}},
        "PrivateRoutesOfSubnet": {
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": {"SubnetId": ref("PrivateSubnet"), "RouteTableId": ref("PrivateRoutes")},
        },
        "PrivateRoute": {
            "Type": "AWS::EC2::Route",
            "Properties": {
                "RouteTableId": ref("PrivateRoutes"),
                "DestinationCidrBlock": "0.0.0.0/0",
                "NatGatewayId": ref("Nat"),
            },
        },
    }


class ProbedElsewhere(Claim):
    """A project whose environment is special, and whose buildspec a probe build reads."""

    suffix = ""
    BUILDSPEC = "buildspec.yml"

    def check(self, account):
        spec = json.dumps({"version": 0.2, **rescued([BUILD])}, indent=1)
        _, second = builds.rescue(account, self.suffix, source_files(**{self.BUILDSPEC: spec}), minutes=40)
        builds.require_blocked(account, second)
        return f"{second['id']} SUCCEEDED after a probe build"


class ProjectInVpc(ProbedElsewhere):
    id = "A16"
    says = "CodeBuild accepts the overrides of the probe build for a project with a VPC"
    how = "such a project with `buildspec.yml` in its source; the log of the probe build"
    option = "with_vpc"
    minutes, dollars = 25, 0.15
    not_in_sandbox = "builds have one network, that of the sandbox"
    suffix = "vpc"

    def resources(self, account):
        vpc = {"VpcId": ref("Network"), "Subnets": [ref("PrivateSubnet")], "SecurityGroupIds": [ref("NoIngress")]}
        made = project(account, self.suffix, self.BUILDSPEC, VpcConfig=vpc)
        made["DependsOn"] = ["BuildRole", "PrivateRoute", "VpcPolicy"]
        # https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
        actions = [
            "CreateNetworkInterface",
            "DescribeDhcpOptions",
            "DescribeNetworkInterfaces",
            "DeleteNetworkInterface",
        ]
        actions += ["DescribeSubnets", "DescribeSecurityGroups", "DescribeVpcs", "CreateNetworkInterfacePermission"]
        policy = {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "vpc",
                "Roles": [ref("BuildRole")],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", "Action": [f"ec2:{action}" for action in actions], "Resource": "*"}
                    ],
                },
            },
        }
        return {**private_network(), "VpcPolicy": policy, "ProjectVpc": made}


class ProjectOnFleet(ProbedElsewhere):
    id = "A16b"
    says = "CodeBuild accepts the overrides of the probe build for a project on a fleet"
    how = "such a project with `buildspec.yml` in its source; the log of the probe build"
    option = "with_fleet"
    minutes, dollars = 40, 1.0
    not_in_sandbox = "builds have one machine"
    suffix = "fleet"

    def resources(self, account):
        fleet = {
            "Type": "AWS::CodeBuild::Fleet",
            "Properties": {
                "Name": f"{naming.PREFIX}{self.suffix}",
                "BaseCapacity": 1,
                "EnvironmentType": "LINUX_CONTAINER",
                "ComputeType": "BUILD_GENERAL1_SMALL",
            },
        }
        made = project(account, self.suffix, self.BUILDSPEC)
        made["Properties"]["Environment"]["Fleet"] = {"FleetArn": attribute("Fleet", "Arn")}
        return {"Fleet": fleet, "ProjectFleet": made}


class CachedImage(Claim):
    """A task on EC2 whose image the host has from before, and cannot pull again."""

    id = "A16c"
    says = "A task on EC2 that ran from an image that its host had cached, although the pull failed, is not run a second time"
    how = "run a task twice on one EC2 instance, and delete its image from the mirror in between"
    option = "with_ec2"
    settings = tasks.RETRY_ECS
    minutes, dollars = 25, 0.02
    not_in_sandbox = "an instance with an agent of ECS"
    image, suffix = "alpine:3.14", "cached"

    def resources(self, account):
        managed = f"arn:{account.partition}:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
        registration = f"#!/bin/sh\necho ECS_CLUSTER={naming.CLUSTER} >>/etc/ecs/ecs.config\n"
        made = tasks.definition(account, self.suffix, (account.mirrored_name(self.image), ["true"], True))
        made["Properties"] |= {"NetworkMode": "bridge", "RequiresCompatibilities": ["EC2"]}
        return {
            **tasks.execution(account),
            "TaskCached": made,
            "InstanceRole": role(naming.INSTANCE_ROLE, "ec2.amazonaws.com", [], [managed]),
            "InstanceProfile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [ref("InstanceRole")]}},
            "Instance": {
                "Type": "AWS::EC2::Instance",
                "DependsOn": ["Cluster", "DefaultRoute"],
                "Properties": {
                    "ImageId": "{{resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id}}",
                    "InstanceType": "t3.small",
                    "IamInstanceProfile": ref("InstanceProfile"),
                    "UserData": {"Fn::Base64": registration},
                    "NetworkInterfaces": [
                        {
                            "DeviceIndex": "0",
                            "AssociatePublicIpAddress": True,
                            "SubnetId": ref("Subnet"),
                            "GroupSet": [ref("NoIngress")],
                        }
                    ],
                },
            },
        }

    def check(self, account):
        tasks.may_pass_role(account)
        ecs, ecr = account.client("ecs"), account.client("ecr")
        account.invoke_manual({"image": f"{naming.PUBLIC}/{self.image}"})
        account.wait(
            lambda: ecs.list_container_instances(cluster=naming.CLUSTER, status="ACTIVE")["containerInstanceArns"],
            "the instance in its cluster",
            10,
            NotTried,
        )
        first = tasks.stopped(account, self.run(account))
        if first["containers"][0].get("exitCode") != 0:
            raise NotTried(f"the first task did not run: {tasks.reasons(first)}")
        repository, _, tag = account.mirrored_name(self.image).partition("/")[2].partition(":")
        ecr.batch_delete_image(repositoryName=repository, imageIds=[{"imageTag": tag}])
        arn = self.run(account)
        second = tasks.stopped(account, arn)
        if second["containers"][0].get("exitCode") != 0:
            raise NotTried(f"the host did not use its cached image: {tasks.reasons(second)}")
        account.settle(5)
        again = tasks.retries(account, arn)
        if again:
            raise Refuted(f"{arn} had run to its end, and was run again: {', '.join(again)}")
        return f"{arn} exited with 0 ({tasks.reasons(second)[:150] or 'no reason'}), and no task was started for it"

    def run(self, account):
        answer = account.client("ecs").run_task(
            cluster=naming.CLUSTER, launchType="EC2", taskDefinition=f"{naming.PREFIX}{self.suffix}"
        )
        if not answer["tasks"]:
            raise NotTried(f"ECS started no task: {answer.get('failures')}")
        return answer["tasks"][0]["taskArn"]


CLAIMS = [WebhookBuild(), LargeLayer(), ProjectInVpc(), ProjectOnFleet(), CachedImage()]
