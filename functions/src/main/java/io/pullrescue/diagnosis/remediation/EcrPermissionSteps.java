package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.remediation.Remediation.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Describes how to allow a role to pull from a repository in Amazon ECR. */
final class EcrPermissionSteps {
  /**
   * The accounts of AWS that real failures name, with images of EKS add-ons, App Mesh, the Deep
   * Learning Containers and SageMaker. Their lists are documented by each service, such as
   * https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html.
   */
  private static final Set<String> AWS_ACCOUNTS =
      Set.of("602401143452", "840364872350", "763104351884", "007439368137", "272398656194");

  private final EcrRepository repository;
  private final PullRole role;

  EcrPermissionSteps(EcrRepository repository, PullRole role) {
    this.repository = repository;
    this.role = role;
  }

  /** Returns the only step for a token that expired: it had been issued with all permissions. */
  List<Step> newTokenSteps() {
    return List.of(authenticationStep());
  }

  List<Step> steps(PullClient client, boolean needsAuthentication) {
    List<Step> steps = new ArrayList<>();
    if (needsAuthentication
        && (client == PullClient.CODEBUILD_COMMANDS || client == PullClient.DOCKER)) {
      steps.add(authenticationStep());
    }
    steps.add(pullPermissionStep(client));
    if (client == PullClient.CODEBUILD_IMAGE) {
      steps.add(
          repositoryPolicyStep(
              "If the project pulls with CodeBuild's own credentials"
                  + " (`imagePullCredentialsType` is CODEBUILD), allow CodeBuild in the repository"
                  + " policy.",
              PolicyTemplates.codeBuildServicePull()));
    }
    if (AWS_ACCOUNTS.contains(repository.account())) {
      steps.add(
          new Step(
              "Account %s belongs to AWS, so its repository policy cannot be changed. Check that the"
                      .formatted(repository.account())
                  + " account and the region are those that AWS documents for this image in the region"
                  + " of the workload.",
              null));
    } else if (!role.account().equals(repository.account())) {
      steps.add(
          repositoryPolicyStep(
              "If the role is not in account %1$s, which owns the repository, allow the role in the"
                      .formatted(repository.account())
                  + " repository policy. Run this in account %1$s.".formatted(repository.account()),
              PolicyTemplates.crossAccountPull(role)));
    }
    return steps;
  }

  private Step authenticationStep() {
    return new Step(
        "Authenticate to the registry before the pull. The token is valid for 12 hours.",
        "aws ecr get-login-password --region %s | docker login --username AWS --password-stdin %s"
            .formatted(repository.region(), repository.host()));
  }

  private Step pullPermissionStep(PullClient client) {
    return switch (client) {
      case EKS_NODE ->
          attachPolicyStep(
              "Attach the policy for pulls from Amazon ECR to the IAM role of the nodes.",
              "AmazonEC2ContainerRegistryReadOnly");
      case EKS_FARGATE ->
          attachPolicyStep(
              "Attach the policy for pulls to the pod execution role of the Fargate profile. Pods"
                  + " on Fargate do not pull with the role of the nodes.",
              "AmazonEKSFargatePodExecutionRolePolicy");
      case ECS ->
          new Step(
              "Allow the task execution role %s to pull from the repository."
                  .formatted(role.name()),
              PolicyTemplates.repositoryPull(repository));
      case CODEBUILD_IMAGE, CODEBUILD_COMMANDS, DOCKER ->
          new Step(
              "Allow the role %s to pull from the repository.".formatted(role.name()),
              PolicyTemplates.repositoryPull(repository));
    };
  }

  private Step attachPolicyStep(String description, String policyName) {
    return new Step(
        description,
        "aws iam attach-role-policy --role-name %s --policy-arn arn:%s:iam::aws:policy/%s"
            .formatted(role.name(), repository.partition(), policyName));
  }

  private Step repositoryPolicyStep(String description, String policy) {
    return new Step(
        description + " The command replaces the policy that the repository has.",
        "aws ecr set-repository-policy --region %s --repository-name %s --policy-text '%s'"
            .formatted(repository.region(), repository.name(), policy));
  }
}
