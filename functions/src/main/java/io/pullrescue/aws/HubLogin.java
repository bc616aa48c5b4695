package io.pullrescue.aws;

import java.util.List;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;

/**
 * The variables that give a build the operator's login to Docker Hub: the references only, which
 * CodeBuild itself resolves with the role of the build.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager">
 *     secrets-manager in a buildspec</a>
 */
public final class HubLogin {
  private static final String PARAMETERS = "ssm:";

  private HubLogin() {}

  /**
   * The variables for this setting: the name or ARN of a secret with {@code username} and {@code
   * password}, or {@code ssm:} and the names of two parameters, with a comma between them.
   */
  public static List<EnvironmentVariable> variables(String setting) {
    if (!setting.startsWith(PARAMETERS)) {
      return variables(
          EnvironmentVariableType.SECRETS_MANAGER, setting + ":username", setting + ":password");
    }
    var names = setting.substring(PARAMETERS.length()).split(",", 2);
    return variables(EnvironmentVariableType.PARAMETER_STORE, names[0].strip(), names[1].strip());
  }

  private static List<EnvironmentVariable> variables(
      EnvironmentVariableType type, String user, String password) {
    return List.of(
        EnvironmentVariable.builder().name("PULL_RESCUE_USERNAME").value(user).type(type).build(),
        EnvironmentVariable.builder()
            .name("PULL_RESCUE_PASSWORD")
            .value(password)
            .type(type)
            .build());
  }
}
