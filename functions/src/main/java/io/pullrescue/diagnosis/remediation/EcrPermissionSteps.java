package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.remediation.Remediation.Step;
import java.util.ArrayList;
import java.util.List;

/** What lets a role pull from a repository in Amazon ECR. */
final class EcrPermissionSteps {
  private final EcrRepository repository;
  private final PullRole role;

  EcrPermissionSteps(EcrRepository repository, PullRole role) {
    this.repository = repository;
    this.role = role;
  }

  List<Step> steps(PullClient client, boolean needsAuthentication) {
    List<Step> steps = new ArrayList<>();
    if (needsAuthentication
        && (client == PullClient.CODEBUILD_COMMANDS || client == PullClient.DOCKER)) {
      steps.add(loginStep());
    }
    steps.add(pullPermissionStep(client));
    if (client == PullClient.CODEBUILD_IMAGE) {
      steps.add(
          repositoryPolicyStep(
              "Let CodeBuild in, where the project pulls with CodeBuild's own credentials"
                  + " (imagePullCredentialsType CODEBUILD).",
              PolicyTemplates.codeBuildServicePull()));
    }
    if (!role.account().equals(repository.account())) {
      steps.add(
          repositoryPolicyStep(
              "The repository is in account "
                  + repository.account()
                  + ": where that is not the puller's own, its policy must let the puller's role in."
                  + " Run this there.",
              PolicyTemplates.crossAccountPull(role)));
    }
    return steps;
  }

  private Step loginStep() {
    return new Step(
        "Log in to the registry before the pull; a login lasts twelve hours.",
        "aws ecr get-login-password --region "
            + repository.region()
            + " | docker login --username AWS --password-stdin "
            + repository.host());
  }

  private Step pullPermissionStep(PullClient client) {
    return switch (client) {
      case EKS_NODE ->
          attachPolicyStep(
              "Let the nodes pull from Amazon ECR.", "AmazonEC2ContainerRegistryReadOnly");
      case EKS_FARGATE ->
          attachPolicyStep(
              "Give the Fargate profile's pod execution role its policy; pods on Fargate do not"
                  + " pull with the nodes' role.",
              "AmazonEKSFargatePodExecutionRolePolicy");
      case CODEBUILD_IMAGE, CODEBUILD_COMMANDS, ECS, DOCKER ->
          new Step(
              "Let the role "
                  + role.name()
                  + " pull"
                  + (client == PullClient.ECS
                      ? " (it is the task's execution role that pulls)."
                      : "."),
              PolicyTemplates.repositoryPull(repository));
    };
  }

  private Step attachPolicyStep(String description, String policyName) {
    return new Step(
        description,
        "aws iam attach-role-policy --role-name "
            + role.name()
            + " --policy-arn arn:aws:iam::aws:policy/"
            + policyName);
  }

  private Step repositoryPolicyStep(String description, String policy) {
    return new Step(
        description,
        "aws ecr set-repository-policy --region "
            + repository.region()
            + " --repository-name "
            + repository.name()
            + " --policy-text '"
            + policy
            + "'");
  }
}
