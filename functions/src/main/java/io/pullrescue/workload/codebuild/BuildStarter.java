package io.pullrescue.workload.codebuild;

import io.pullrescue.image.Digest;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.ImagePullCredentialsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/** Starts retries of builds (StartBuild). */
public final class BuildStarter {
  private final CodeBuildClient codeBuild;
  private final List<EnvironmentVariable> dockerHubVariables;

  /**
   * Creates a starter.
   *
   * @param dockerHubVariables the Docker Hub credentials for retries with an edited buildspec;
   *     empty if the image substitution needs none
   */
  public BuildStarter(CodeBuildClient codeBuild, List<EnvironmentVariable> dockerHubVariables) {
    this.codeBuild = codeBuild;
    this.dockerHubVariables = List.copyOf(dockerHubVariables);
  }

  /** Starts a retry; repeated calls with the same plan within five minutes start one build. */
  StartedBuild start(StartBuild plan, Build original, Project project) {
    var buildId =
        codeBuild.startBuild(request(plan, original, project, dockerHubVariables)).build().id();
    return new StartedBuild(buildId, caveats(plan, original, project));
  }

  private List<String> caveats(StartBuild plan, Build original, Project project) {
    var caveats = new ArrayList<>(StartBuildOverrides.caveats(original, project));
    if (plan.buildspec() != null && !plan.passesCredentials() && !dockerHubVariables.isEmpty()) {
      caveats.add(
          "it has no Docker Hub credentials, because a pull request may have started it; its images"
              + " are substituted as with `imageSubstitution: mirror`");
    }
    return caveats;
  }

  static StartBuildRequest request(
      StartBuild plan,
      Build original,
      Project project,
      List<EnvironmentVariable> dockerHubVariables) {
    var request =
        StartBuildOverrides.from(original, project).idempotencyToken(idempotencyToken(plan));
    if (plan.environmentImage() != null) {
      // The repository policy of the mirror allows CodeBuild itself, so that the project's role
      // needs no permission.
      request
          .imageOverride(plan.environmentImage().toString())
          .imagePullCredentialsTypeOverride(ImagePullCredentialsType.CODEBUILD);
    }
    var variables = new ArrayList<>(request.build().environmentVariablesOverride());
    variables.addAll(
        StartBuildOverrides.plaintextVariables(plan.retryState().environmentVariables()));
    if (plan.buildspec() != null) {
      request.buildspecOverride(plan.buildspec());
      if (plan.passesCredentials()) {
        variables.addAll(dockerHubVariables);
      }
    }
    return request.environmentVariablesOverride(variables).build();
  }

  /** The token is valid for five minutes, which covers concurrent deliveries of a message. */
  private static String idempotencyToken(StartBuild plan) {
    var retryState = plan.retryState();
    var name = retryState.originalBuildId() + " " + retryState.attempt();
    return Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /**
   * A build that was started.
   *
   * @param caveats the differences from the failed build that the API does not allow to avoid
   */
  record StartedBuild(String buildId, List<String> caveats) {
    StartedBuild {
      caveats = List.copyOf(caveats);
    }
  }
}
