package io.pullrescue.aws;

import io.pullrescue.image.Digest;
import io.pullrescue.retry.Retrier;
import io.pullrescue.retry.RetryPlan.StartBuild;
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
public final class CodeBuildRetrier implements Retrier {
  private final CodeBuildClient codeBuild;
  private final List<EnvironmentVariable> logins;

  /** Asks this client; the commands of a retried build need these variables. */
  public CodeBuildRetrier(CodeBuildClient codeBuild, List<EnvironmentVariable> logins) {
    this.codeBuild = codeBuild;
    this.logins = List.copyOf(logins);
  }

  @Override
  public Started start(StartBuild plan) {
    var id = plan.original().id();
    var original = codeBuild.batchGetBuilds(request -> request.ids(id)).builds().getFirst();
    var project = project(original);
    var started = codeBuild.startBuild(request(plan, original, project, logins)).build().id();
    return new Started(started, BuildDifferences.between(original, project));
  }

  private Project project(Build build) {
    return codeBuild
        .batchGetProjects(request -> request.names(build.projectName()))
        .projects()
        .getFirst();
  }

  static StartBuildRequest request(
      StartBuild plan, Build original, Project project, List<EnvironmentVariable> logins) {
    var request = BuildLikeness.like(original, project).idempotencyToken(token(plan));
    if (plan.environmentImage() != null) {
      // The mirror's repository policy lets CodeBuild itself in: the project's role needs nothing.
      request
          .imageOverride(plan.environmentImage().toString())
          .imagePullCredentialsTypeOverride(ImagePullCredentialsType.CODEBUILD);
    }
    var variables = new ArrayList<>(request.build().environmentVariablesOverride());
    variables.addAll(PlainText.variables(plan.chain().variables()));
    if (plan.buildspec() != null) {
      request.buildspecOverride(plan.buildspec());
      variables.addAll(logins);
    }
    return request.environmentVariablesOverride(variables).build();
  }

  /** CodeBuild remembers it for five minutes, which covers deliveries that cross each other. */
  private static String token(StartBuild plan) {
    var chain = plan.chain();
    var name = chain.origin() + " " + chain.attempt();
    return Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
