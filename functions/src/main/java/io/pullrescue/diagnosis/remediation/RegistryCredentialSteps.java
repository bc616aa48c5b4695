package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.remediation.Remediation.Step;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.List;

/** Describes how to give a client credentials for a registry outside of AWS. */
final class RegistryCredentialSteps {
  private final String registry;
  private final String region;
  private final PullRole role;

  RegistryCredentialSteps(String registry, String region, PullRole role) {
    this.registry = registry;
    this.region = region;
    this.role = role;
  }

  List<Step> steps(PullClient client) {
    return switch (client) {
      case CODEBUILD_IMAGE ->
          List.of(
              storeSecretStep(),
              readSecretStep("role"),
              new Step(
                  "Use the secret for the environment image of the project (aws codebuild"
                      + " update-project).",
                  """
                  "environment": {
                    "imagePullCredentialsType": "SERVICE_ROLE",
                    "registryCredential": {
                      "credentialProvider": "SECRETS_MANAGER",
                      "credential": "%s"
                    }
                  }\
                  """
                      .formatted(secretName())));
      case CODEBUILD_COMMANDS -> codeBuildCommandSteps();
      case ECS ->
          List.of(
              storeSecretStep(),
              new Step(
                  "Use the secret in the container definition.",
                  "\"repositoryCredentials\": {\"credentialsParameter\": \"%s\"}"
                      .formatted(arn("secretsmanager", "secret:" + secretName()))),
              readSecretStep("task execution role"));
      case EKS_NODE, EKS_FARGATE ->
          List.of(
              new Step(
                  "Create an image pull secret, and name it under `imagePullSecrets` of the pod or"
                      + " its service account.",
                  "kubectl create secret docker-registry %s --docker-server=%s --docker-username=NAME --docker-password=ACCESS-TOKEN"
                      .formatted(
                          secretName(), isDockerHub() ? "https://index.docker.io/v1/" : registry)));
      case DOCKER ->
          List.of(
              new Step(
                  "Authenticate to %s before the pull.".formatted(registry),
                  "docker login --username NAME" + (isDockerHub() ? "" : " " + registry)));
    };
  }

  private List<Step> codeBuildCommandSteps() {
    List<Step> steps = new ArrayList<>();
    steps.add(storeSecretStep());
    steps.add(readSecretStep("role"));
    steps.add(
        new Step(
            "Authenticate in the buildspec before the first pull.",
            buildspec("secrets-manager", secretName() + ":username", secretName() + ":password")));
    var path = "/" + secretName();
    steps.add(
        new Step(
            "Alternatively, store the username and password in Parameter Store, and allow the role"
                + " %s to read them.".formatted(role.name()),
            PolicyTemplates.readParameters(arn("ssm", "parameter" + path + "/*"))));
    steps.add(
        new Step(
            "With Parameter Store, the buildspec reads the parameters.",
            buildspec("parameter-store", path + "/username", path + "/password")));
    return steps;
  }

  private Step storeSecretStep() {
    return new Step(
        "Store credentials for %s in Secrets Manager.".formatted(registry),
        "aws secretsmanager create-secret --region %s --name %s --secret-string '{\"username\":\"NAME\",\"password\":\"ACCESS-TOKEN\"}'"
            .formatted(region, secretName()));
  }

  private Step readSecretStep(String kindOfRole) {
    return new Step(
        "Allow the %s %s to read the secret. Omit the statement for kms:Decrypt unless the secret has"
                .formatted(kindOfRole, role.name())
            + " a customer managed key.",
        // Secrets Manager adds a hyphen and six characters to the name.
        PolicyTemplates.readSecret(
            arn("secretsmanager", "secret:" + secretName() + "-??????"), arn("kms", "key/KEY-ID")));
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
        .formatted(source, username, password, isDockerHub() ? "" : registry)
        .strip();
  }

  private boolean isDockerHub() {
    return registry.equals(ImageReference.DOCKER_HUB);
  }

  private String secretName() {
    return isDockerHub() ? "docker-hub" : registry.replace('.', '-').replace(':', '-');
  }

  private String arn(String service, String resource) {
    return String.join(":", "arn", role.partition(), service, region, role.account(), resource);
  }
}
