package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Advice.Remedy;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.List;

/** How whoever pulled gets credentials for a registry outside AWS. */
final class RegistryCredentials {
  private final String registry;
  private final String account;
  private final String region;
  private final String role;

  RegistryCredentials(String registry, String account, String region, String role) {
    this.registry = registry;
    this.account = account;
    this.region = region;
    this.role = role;
  }

  List<Remedy> remedies(Puller puller) {
    List<Remedy> remedies = new ArrayList<>();
    if (puller != Puller.EKS_NODE && puller != Puller.EKS_FARGATE && puller != Puller.DOCKER) {
      remedies.add(store());
    }
    remedies.addAll(
        switch (puller) {
          case CODEBUILD_IMAGE -> codeBuildImage();
          case CODEBUILD_COMMANDS -> codeBuildCommands();
          case ECS -> ecs();
          case EKS_NODE, EKS_FARGATE -> List.of(kubernetes());
          case DOCKER -> List.of(docker());
        });
    return remedies;
  }

  private boolean isHub() {
    return registry.equals(ImageReference.DOCKER_HUB);
  }

  private String name() {
    return isHub() ? "docker-hub" : registry.replace('.', '-').replace(':', '-');
  }

  private String secretArn() {
    return "arn:aws:secretsmanager:" + region + ":" + account + ":secret:" + name() + "-??????";
  }

  private Remedy store() {
    return new Remedy(
        "Store credentials for " + registry + " in Secrets Manager.",
        "aws secretsmanager create-secret --region "
            + region
            + " --name "
            + name()
            + " --secret-string '{\"username\":\"NAME\",\"password\":\"ACCESS-TOKEN\"}'");
  }

  private Remedy permission() {
    return new Remedy(
        "Let the role "
            + role
            + " read them (the statement for kms:Decrypt only where the secret has a customer"
            + " managed key).",
        Policies.readSecret(secretArn(), region, account));
  }

  private List<Remedy> codeBuildImage() {
    return List.of(
        permission(),
        new Remedy(
            "Give the secret to the project's environment image.",
            "\"environment\": {\"imagePullCredentialsType\": \"SERVICE_ROLE\","
                + " \"registryCredential\": {\"credentialProvider\": \"SECRETS_MANAGER\","
                + " \"credential\": \""
                + name()
                + "\"}}   (aws codebuild update-project)"));
  }

  private List<Remedy> codeBuildCommands() {
    return List.of(
        permission(),
        new Remedy(
            "Log in before the first pull, in the buildspec.",
            buildspec("secrets-manager", name() + ":username", name() + ":password")),
        new Remedy(
            "Or keep the two in Parameter Store, and let the role " + role + " read them there.",
            Policies.readParameters("/" + name(), region, account)
                + "\n"
                + buildspec(
                    "parameter-store", "/" + name() + "/username", "/" + name() + "/password")));
  }

  private String buildspec(String source, String username, String password) {
    return """
    env:
      %s:
        REGISTRY_USERNAME: %s
        REGISTRY_PASSWORD: %s
    phases:
      pre_build:
        commands:
          - echo "$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USERNAME" --password-stdin %s\
    """
        .formatted(source, username, password, isHub() ? "" : registry)
        .strip();
  }

  private List<Remedy> ecs() {
    return List.of(
        new Remedy(
            "Name the secret in the container definition.",
            "\"repositoryCredentials\": {\"credentialsParameter\": \"arn:aws:secretsmanager:"
                + region
                + ":"
                + account
                + ":secret:"
                + name()
                + "\"}"),
        new Remedy(
            "Let the task's execution role "
                + role
                + " read it (the statement for kms:Decrypt only where the secret has a customer"
                + " managed key).",
            Policies.readSecret(secretArn(), region, account)));
  }

  private Remedy kubernetes() {
    return new Remedy(
        "Make a pull secret and name it under imagePullSecrets of the pod or its service account.",
        "kubectl create secret docker-registry "
            + name()
            + " --docker-server="
            + (isHub() ? "https://index.docker.io/v1/" : registry)
            + " --docker-username=NAME --docker-password=ACCESS-TOKEN");
  }

  private Remedy docker() {
    return new Remedy(
        "Log in to " + registry + " before the pull.",
        "docker login --username NAME" + (isHub() ? "" : " " + registry));
  }
}
