package io.pullrescue.workload.codebuild;

import io.pullrescue.aws.UnknownMembers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsRequest;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectRequest;
import software.amazon.awssdk.services.codebuild.model.Project;

/** Reads builds and projects of AWS CodeBuild in this account and region. */
public final class BuildClient {
  /** The number of builds of a project that are read at most, in ten calls of each kind. */
  static final int MAX_HISTORY = 1000;

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
    return find(id, new UnknownMembers());
  }

  /**
   * Returns a build like {@link #find(String)}.
   *
   * @param unknownMembers receives what its record has and the model of the SDK does not know
   */
  Optional<Build> find(String id, UnknownMembers unknownMembers) {
    var request =
        BatchGetBuildsRequest.builder()
            .ids(id)
            .overrideConfiguration(override -> override.addPlugin(unknownMembers.plugin()))
            .build();
    return codeBuild.batchGetBuilds(request).builds().stream().findFirst();
  }

  /** Returns a project (BatchGetProjects); empty if it does not exist (any more). */
  Optional<Project> findProject(String name) {
    return findProject(name, new UnknownMembers());
  }

  /**
   * Returns a project like {@link #findProject(String)}.
   *
   * @param unknownMembers receives what it has and the model of the SDK does not know
   */
  Optional<Project> findProject(String name, UnknownMembers unknownMembers) {
    var request =
        BatchGetProjectsRequest.builder()
            .names(name)
            .overrideConfiguration(override -> override.addPlugin(unknownMembers.plugin()))
            .build();
    return codeBuild.batchGetProjects(request).projects().stream().findFirst();
  }

  /**
   * Returns the builds of a project since an instant, at most {@link #MAX_HISTORY}, in pages of
   * 100.
   *
   * @param retryRole the name of the role with which builds are retried
   */
  BuildHistory getHistory(String project, Instant since, String retryRole) {
    var builds = new ArrayList<Build>();
    String nextToken = null;
    do {
      // Without a sort order, which is an error with more than 100 builds: newest first.
      var page = codeBuild.listBuildsForProject(listRequest(project, nextToken));
      builds.addAll(findAll(page.ids()));
      nextToken = page.nextToken();
    } while (nextToken != null && !reaches(builds, since) && builds.size() < MAX_HISTORY);
    return new BuildHistory(builds, nextToken == null || reaches(builds, since), retryRole);
  }

  private static ListBuildsForProjectRequest listRequest(
      String project, @Nullable String nextToken) {
    return ListBuildsForProjectRequest.builder().projectName(project).nextToken(nextToken).build();
  }

  private List<Build> findAll(List<String> ids) {
    return ids.isEmpty()
        ? List.of()
        : codeBuild.batchGetBuilds(request -> request.ids(ids)).builds().stream()
            .sorted(Comparator.comparingInt(build -> ids.indexOf(build.id())))
            .toList();
  }

  private static boolean reaches(List<Build> builds, Instant since) {
    return !builds.isEmpty()
        && BuildInspector.startTime(builds.getLast()).filter(since::isAfter).isPresent();
  }
}
