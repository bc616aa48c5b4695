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

/** Starts builds again on AWS CodeBuild. */
public final class BuildStarter implements BuildStarterPort {
  private final CodeBuildClient codeBuild;
  private final List<EnvironmentVariable> dockerHubVariables;

  /** Asks this client; the commands of a retried build need these variables. */
  public BuildStarter(CodeBuildClient codeBuild, List<EnvironmentVariable> dockerHubVariables) {
    this.codeBuild = codeBuild;
    this.dockerHubVariables = List.copyOf(dockerHubVariables);
  }

  @Override
  public StartedBuild start(StartBuild plan) {
    var id = plan.original().id();
    var original = codeBuild.batchGetBuilds(request -> request.ids(id)).builds().getFirst();
    var project = describeProject(original);
    var buildId =
        codeBuild.startBuild(request(plan, original, project, dockerHubVariables)).build().id();
    return new StartedBuild(buildId, BuildDifferences.between(original, project));
  }

  private Project describeProject(Build build) {
    return codeBuild
        .batchGetProjects(request -> request.names(build.projectName()))
        .projects()
        .getFirst();
  }

  static StartBuildRequest request(
      StartBuild plan,
      Build original,
      Project project,
      List<EnvironmentVariable> dockerHubVariables) {
    var request =
        StartBuildOverrides.from(original, project).idempotencyToken(idempotencyToken(plan));
    if (plan.environmentImage() != null) {
      // The mirror's repository policy lets CodeBuild itself in: the project's role needs nothing.
      request
          .imageOverride(plan.environmentImage().toString())
          .imagePullCredentialsTypeOverride(ImagePullCredentialsType.CODEBUILD);
    }
    var variables = new ArrayList<>(request.build().environmentVariablesOverride());
    variables.addAll(PlainText.variables(plan.retryState().environmentVariables()));
    if (plan.buildspec() != null) {
      request.buildspecOverride(plan.buildspec());
      variables.addAll(dockerHubVariables);
    }
    return request.environmentVariablesOverride(variables).build();
  }

  /** CodeBuild remembers it for five minutes, which covers deliveries that cross each other. */
  private static String idempotencyToken(StartBuild plan) {
    var retryState = plan.retryState();
    var name = retryState.originalBuildId() + " " + retryState.attempt();
    return Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
