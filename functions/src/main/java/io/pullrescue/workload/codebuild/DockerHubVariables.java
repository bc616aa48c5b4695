package io.pullrescue.workload.codebuild;

import java.util.List;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;

/**
 * Creates the environment variables that give a build the operator's Docker Hub credentials. They
 * hold references, which CodeBuild resolves with the role of the build.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager">
 *     secrets-manager in a buildspec</a>
 */
public final class DockerHubVariables {
  /** The variable with the password. */
  static final String PASSWORD = "PULL_RESCUE_PASSWORD";

  private static final String PARAMETER_STORE_PREFIX = "ssm:";

  private DockerHubVariables() {}

  /**
   * Creates the variables for a reference to credentials.
   *
   * @param credentialReference the name or ARN of a secret with the keys {@code username} and
   *     {@code password}, or {@code ssm:} and the names of two parameters, separated by a comma
   */
  public static List<EnvironmentVariable> fromReference(String credentialReference) {
    if (!credentialReference.startsWith(PARAMETER_STORE_PREFIX)) {
      return variables(
          EnvironmentVariableType.SECRETS_MANAGER,
          credentialReference + ":username",
          credentialReference + ":password");
    }
    var names = credentialReference.substring(PARAMETER_STORE_PREFIX.length()).split(",", 2);
    return variables(EnvironmentVariableType.PARAMETER_STORE, names[0].strip(), names[1].strip());
  }

  private static List<EnvironmentVariable> variables(
      EnvironmentVariableType type, String user, String password) {
    return List.of(
        EnvironmentVariable.builder().name("PULL_RESCUE_USERNAME").value(user).type(type).build(),
        EnvironmentVariable.builder().name(PASSWORD).value(password).type(type).build());
  }
}
