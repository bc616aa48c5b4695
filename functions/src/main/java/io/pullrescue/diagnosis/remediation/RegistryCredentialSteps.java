package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.remediation.Remediation.Step;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.List;

/** How whoever pulled gets credentials for a registry outside AWS. */
final class RegistryCredentialSteps {
  private final String registry;
  private final String account;
  private final String region;
  private final String role;

  RegistryCredentialSteps(String registry, String account, String region, String role) {
    this.registry = registry;
    this.account = account;
    this.region = region;
    this.role = role;
  }

  List<Step> steps(PullClient client) {
    List<Step> steps = new ArrayList<>();
    if (client != PullClient.EKS_NODE
        && client != PullClient.EKS_FARGATE
        && client != PullClient.DOCKER) {
      steps.add(storeSecretStep());
    }
    steps.addAll(
        switch (client) {
          case CODEBUILD_IMAGE -> codeBuildImageSteps();
          case CODEBUILD_COMMANDS -> codeBuildCommandSteps();
          case ECS -> ecsSteps();
          case EKS_NODE, EKS_FARGATE -> List.of(kubernetesStep());
          case DOCKER -> List.of(dockerLoginStep());
        });
    return steps;
  }

  private boolean isDockerHub() {
    return registry.equals(ImageReference.DOCKER_HUB);
  }

  private String secretName() {
    return isDockerHub() ? "docker-hub" : registry.replace('.', '-').replace(':', '-');
  }

  private String secretArn() {
    return "arn:aws:secretsmanager:"
        + region
        + ":"
        + account
        + ":secret:"
        + secretName()
        + "-??????";
  }

  private Step storeSecretStep() {
    return new Step(
        "Store credentials for " + registry + " in Secrets Manager.",
        "aws secretsmanager create-secret --region "
            + region
            + " --name "
            + secretName()
            + " --secret-string '{\"username\":\"NAME\",\"password\":\"ACCESS-TOKEN\"}'");
  }

  private Step readSecretPermissionStep() {
    return new Step(
        "Let the role "
            + role
            + " read them (the statement for kms:Decrypt only where the secret has a customer"
            + " managed key).",
        PolicyTemplates.readSecret(secretArn(), region, account));
  }

  private List<Step> codeBuildImageSteps() {
    return List.of(
        readSecretPermissionStep(),
        new Step(
            "Give the secret to the project's environment image.",
            "\"environment\": {\"imagePullCredentialsType\": \"SERVICE_ROLE\","
                + " \"registryCredential\": {\"credentialProvider\": \"SECRETS_MANAGER\","
                + " \"credential\": \""
                + secretName()
                + "\"}}   (aws codebuild update-project)"));
  }

  private List<Step> codeBuildCommandSteps() {
    return List.of(
        readSecretPermissionStep(),
        new Step(
            "Log in before the first pull, in the buildspec.",
            loginBuildspec(
                "secrets-manager", secretName() + ":username", secretName() + ":password")),
        new Step(
            "Or keep the two in Parameter Store, and let the role " + role + " read them there.",
            PolicyTemplates.readParameters("/" + secretName(), region, account)
                + "\n"
                + loginBuildspec(
                    "parameter-store",
                    "/" + secretName() + "/username",
                    "/" + secretName() + "/password")));
  }

  private String loginBuildspec(String source, String username, String password) {
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
        .formatted(source, username, password, isDockerHub() ? "" : registry)
        .strip();
  }

  private List<Step> ecsSteps() {
    return List.of(
        new Step(
            "Name the secret in the container definition.",
            "\"repositoryCredentials\": {\"credentialsParameter\": \"arn:aws:secretsmanager:"
                + region
                + ":"
                + account
                + ":secret:"
                + secretName()
                + "\"}"),
        new Step(
            "Let the task's execution role "
                + role
                + " read it (the statement for kms:Decrypt only where the secret has a customer"
                + " managed key).",
            PolicyTemplates.readSecret(secretArn(), region, account)));
  }

  private Step kubernetesStep() {
    return new Step(
        "Make a pull secret and name it under imagePullSecrets of the pod or its service account.",
        "kubectl create secret docker-registry "
            + secretName()
            + " --docker-server="
            + (isDockerHub() ? "https://index.docker.io/v1/" : registry)
            + " --docker-username=NAME --docker-password=ACCESS-TOKEN");
  }

  private Step dockerLoginStep() {
    return new Step(
        "Log in to " + registry + " before the pull.",
        "docker login --username NAME" + (isDockerHub() ? "" : " " + registry));
  }
}
