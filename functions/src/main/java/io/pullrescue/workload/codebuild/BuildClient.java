package io.pullrescue.workload.codebuild;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/** Reads builds and projects of AWS CodeBuild in this account and region. */
public final class BuildClient {
  private final CodeBuildClient codeBuild;

  public BuildClient(CodeBuildClient codeBuild) {
    this.codeBuild = codeBuild;
  }

  /**
   * Returns a build (BatchGetBuilds); empty if it does not exist (any more).
   *
   * <p>Never log a {@link Build}: its text form contains the values of environment variables.
   */
  Optional<Build> find(String id) {
    return codeBuild.batchGetBuilds(request -> request.ids(id)).builds().stream().findFirst();
  }

  /** Returns a project (BatchGetProjects); empty if it does not exist (any more). */
  Optional<Project> findProject(String name) {
    return codeBuild.batchGetProjects(request -> request.names(name)).projects().stream()
        .findFirst();
  }

  /** Returns the newest 100 builds of a project: one page of each call. */
  BuildHistory getHistory(String project) {
    var ids = codeBuild.listBuildsForProject(request -> request.projectName(project)).ids();
    return new BuildHistory(
        ids.isEmpty()
            ? List.of()
            : codeBuild.batchGetBuilds(request -> request.ids(ids)).builds().stream()
                .sorted(Comparator.comparingInt(build -> ids.indexOf(build.id())))
                .toList());
  }
}
