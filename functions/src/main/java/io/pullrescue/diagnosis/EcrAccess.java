package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Advice.Remedy;
import java.util.ArrayList;
import java.util.List;

/** What lets a role pull from a repository in Amazon ECR. */
final class EcrAccess {
  private final EcrRepository repository;
  private final PullingRole role;

  EcrAccess(EcrRepository repository, PullingRole role) {
    this.repository = repository;
    this.role = role;
  }

  List<Remedy> remedies(Puller puller, boolean needsLogin) {
    List<Remedy> remedies = new ArrayList<>();
    if (needsLogin && (puller == Puller.CODEBUILD_COMMANDS || puller == Puller.DOCKER)) {
      remedies.add(login());
    }
    remedies.add(role(puller));
    if (puller == Puller.CODEBUILD_IMAGE) {
      remedies.add(
          policy(
              "Let CodeBuild in, where the project pulls with CodeBuild's own credentials"
                  + " (imagePullCredentialsType CODEBUILD).",
              Policies.letCodeBuildIn()));
    }
    if (!role.account().equals(repository.account())) {
      remedies.add(
          policy(
              "The repository is in account "
                  + repository.account()
                  + ": where that is not the puller's own, its policy must let the puller's role in."
                  + " Run this there.",
              Policies.letIn(role)));
    }
    return remedies;
  }

  private Remedy login() {
    return new Remedy(
        "Log in to the registry before the pull; a login lasts twelve hours.",
        "aws ecr get-login-password --region "
            + repository.region()
            + " | docker login --username AWS --password-stdin "
            + repository.host());
  }

  private Remedy role(Puller puller) {
    return switch (puller) {
      case EKS_NODE ->
          attach("Let the nodes pull from Amazon ECR.", "AmazonEC2ContainerRegistryReadOnly");
      case EKS_FARGATE ->
          attach(
              "Give the Fargate profile's pod execution role its policy; pods on Fargate do not"
                  + " pull with the nodes' role.",
              "AmazonEKSFargatePodExecutionRolePolicy");
      case CODEBUILD_IMAGE, CODEBUILD_COMMANDS, ECS, DOCKER ->
          new Remedy(
              "Let the role "
                  + role.name()
                  + " pull"
                  + (puller == Puller.ECS ? " (it is the task's execution role that pulls)." : "."),
              Policies.pull(repository));
    };
  }

  private Remedy attach(String words, String policy) {
    return new Remedy(
        words,
        "aws iam attach-role-policy --role-name "
            + role.name()
            + " --policy-arn arn:aws:iam::aws:policy/"
            + policy);
  }

  private Remedy policy(String words, String policy) {
    return new Remedy(
        words,
        "aws ecr set-repository-policy --region "
            + repository.region()
            + " --repository-name "
            + repository.name()
            + " --policy-text '"
            + policy
            + "'");
  }
}
